"""The demo's world: where it lives, which ports it uses, its secrets, and the environment all its processes share.

Imported by the demo settings before anything else, so it knows no Django.
"""

import base64
import json
import os
import secrets
import shlex
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"
# what may be set from outside and must reach a later `manage.py` command too
PASSED_ON = (
    "API_RATE",
    "RELEASE_K",
    "RELEASE_DELTA",
    "RELEASE_LIFE",
    "RELEASE_SLOT",
    "CONFIRM_EVERY_DAYS",
    "VAULT_PINS",
    "AUDIT_CHECKPOINT_FILE",
    "AUDIT_CHECKPOINT_MAIL",
    "AUDIT_CHECKPOINT_ENTRIES",
    "AUDIT_FORMER_KEYS",
)


def _random_key() -> str:
    """Return 32 random bytes in base64, the form of every key in the settings."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


# each secret of a world with the way to make it
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "VAULT_KEK": lambda: f"demo:{_random_key()}",
    "BLIND_INDEX_KEY": _random_key,
    "AUDIT_SIGNING_KEY": _random_key,
    "STRIPE_API_KEY": lambda: f"sk_test_{secrets.token_hex(16)}",
    "STRIPE_WEBHOOK_SECRETS": lambda: f"whsec_{_random_key()}",
}


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    """Read a port from the environment; ends the program with a sentence when it is none."""
    text = environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65_536:
        sys.exit(f"{name} must be a port between 1 and 65535, and {text!r} is not.")
    return int(text)


@dataclass(frozen=True)
class World:
    """One demo world; all of it lies in `data_dir` (and in the database, when that is elsewhere)."""

    data_dir: Path
    port: int
    sandbox_port: int
    stripe_api_base: str
    database_url: str
    secrets: Mapping[str, str]
    passed_on: Mapping[str, str]

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "World":
        """Read the world that `environ` names; secrets come from it, else from the world's keys, else they are new."""
        data_dir = Path(environ.get("DATA_DIR") or ROOT / "var").absolute()
        port = _port(environ, "PORT", 8000)
        sandbox_port = _port(environ, "SANDBOX_PORT", port + 1)
        return cls(
            data_dir=data_dir,
            port=port,
            sandbox_port=sandbox_port,
            stripe_api_base=environ.get("STRIPE_API_BASE") or f"http://{HOST}:{sandbox_port}",
            database_url=environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'waystation.sqlite3'}",
            secrets={name: _secret(environ, data_dir, name) for name in SECRETS},
            passed_on={name: environ[name] for name in PASSED_ON if name in environ},
        )

    @property
    def base_url(self) -> str:
        """Where the pages and the API are."""
        return f"http://{HOST}:{self.port}"

    @property
    def has_own_sandbox(self) -> bool:
        """Whether this world runs its own payment peer, or talks to one it was given."""
        return self.stripe_api_base == f"http://{HOST}:{self.sandbox_port}"

    def environment(self) -> dict[str, str]:
        """Return what every process of this world has in its environment."""
        return {
            "DJANGO_SETTINGS_MODULE": "waystation.settings.demo",
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "DATABASE_URL": self.database_url,
            "PUBLIC_URL": self.base_url,
            "STRIPE_API_BASE": self.stripe_api_base,
            **self.secrets,
            **self.passed_on,
        }

    def enter(self) -> "World":
        """Put this world into the process's own environment, where the settings and every child find it."""
        os.environ.update(self.environment())
        return self

    def keep(self) -> None:
        """Write the secrets and demo.env, readable by their owner alone; what is there already stays as it is."""
        keys = self.data_dir / "keys"
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, value in self.secrets.items():
            if not (keys / name).exists():
                write_private(keys / name, value)
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.environment().items()]
        write_private(self.data_dir / "demo.env", "".join(lines))

    @property
    def announcement(self) -> Path:
        """The file that says the demo serves: absent until it does."""
        return self.data_dir / "demo.json"

    def announce(self, logins: Mapping[str, Any]) -> None:
        """Write demo.json: the addresses, and `logins` with its `organisations` and `users`."""
        addresses = {"base_url": self.base_url, "sandbox_url": self.stripe_api_base}
        write_private(self.announcement, json.dumps({**addresses, **logins}, indent=2, ensure_ascii=False) + "\n")


def _secret(environ: Mapping[str, str], data_dir: Path, name: str) -> str:
    """Return one secret: given (also as NAME_FILE), kept, or new."""
    if value := environ.get(name):
        return value
    given_file = environ.get(f"{name}_FILE")
    path = Path(given_file) if given_file else data_dir / "keys" / name
    try:
        return path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return SECRETS[name]()
    except OSError as error:
        sys.exit(f"The key {path} cannot be read: {error.strerror}.")


def write_private(path: Path, text: str) -> None:
    """Write `path` as a whole or not at all, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
