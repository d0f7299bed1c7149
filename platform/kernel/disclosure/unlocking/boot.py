"""The boot secret: 32 bytes in the machine's memory, made at first use, gone with a restart, in no backup.

Every web process of the machine reads the same file each time: whoever takes it away locks everybody at once.
"""

import os
import secrets
import stat
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES = 32


def place() -> Path:
    """Return where the secret lies: `settings.VAULT_BOOT_SECRET`, else the service's runtime folder, else /dev/shm."""
    if settings.VAULT_BOOT_SECRET:
        return Path(settings.VAULT_BOOT_SECRET)
    folder = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Path(folder, "boot-secret") if folder else Path("/dev/shm", f"waystation-{os.getuid()}-boot-secret")  # noqa: S108 - checked to be ours


def _make(path: Path) -> None:
    """Put a new secret there, whole or not at all; if another process was first, theirs stays."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()


def _read(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(file.fileno())
        content = file.read(SECRET_BYTES + 1)
    ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o077
    if not ours or len(content) != SECRET_BYTES:
        raise ImproperlyConfigured(f"{path} is not a secret of 32 bytes that this user alone may read.")
    return content


def secret() -> bytes:
    """Return the boot secret (32 bytes), made now if there is none.

    Raises ImproperlyConfigured for a file that somebody else could have put there, or could read.
    """
    path = place()
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)
    except OSError as error:  # a link, a folder, somebody else's
        raise ImproperlyConfigured(f"The boot secret {path} cannot be read.") from error
