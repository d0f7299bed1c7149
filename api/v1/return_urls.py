"""Where a donor may be sent back to: within what the client's operator has written down, and nowhere else."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit


def is_allowed(url: str, prefixes: Iterable[str]) -> bool:
    """Return whether `url` has the origin of one of `prefixes` and lies at or below its path.

    An address that two readers could read differently is never allowed: user names, backslashes, dot segments,
    characters that no address holds.
    """
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in ' \\"<>^`{|}'):
        return False
    try:
        wanted = urlsplit(url)
        origin = (wanted.scheme, wanted.hostname, wanted.port)
    except ValueError:
        return False
    path = unquote(wanted.path)
    if wanted.username is not None or wanted.password is not None or not wanted.hostname or "\\" in path:
        return False
    if any(part in (".", "..") for part in path.split("/")):
        return False
    return any(_within(origin, path, prefix) for prefix in prefixes)


def _within(origin: tuple[str, str | None, int | None], path: str, prefix: str) -> bool:
    base = urlsplit(prefix)
    below = path == base.path or path.startswith(base.path if base.path.endswith("/") else f"{base.path}/")
    return origin == (base.scheme, base.hostname, base.port) and below
