"""The address of a fundraiser's page, in the one spelling in which two of them can be compared.

Whether an address is genuine is decided on what a browser would open: the host in ASCII, letter by letter, and the path
where several people collect on one host. What a browser could read in two ways is no address here.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_HOST = 100
LONGEST_PATH = 200
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]*)*")


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page stands: `host` in lower-case ASCII without `www.`, `path` beginning and not ending with a slash."""

    host: str
    path: str = "/"

    def __str__(self) -> str:
        return f"https://{self.host}{self.path}"

    @property
    def readable_host(self) -> str:
        """The host in its own script: what `xn--…` stands for."""
        return ".".join(_readable(label) for label in self.host.split("."))

    def covers(self, other: "PageAddress") -> bool:
        """Return whether `other` is this page, or one below it on the same host."""
        below = other.path == self.path or other.path.startswith(f"{self.path.rstrip('/')}/")
        return other.host == self.host and below


def read_address(text: str) -> PageAddress:
    """Return the page that `text` names, with or without `https://`; what it asks of the page is left out.

    Raises ValueError for another scheme, a port, a login, an IP address, and for every path that a browser rewrites.
    """
    text = text.strip()
    if any(unicodedata.category(letter).startswith(("C", "Z")) for letter in text) or "\\" in text:
        raise ValueError("An address has no blanks and no control characters.")
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme.lower() != "https" or "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError("An address begins with https:// and a plain host.")
    path = parts.path.rstrip("/") or "/"
    if not _PATH.fullmatch(path) or len(path) > LONGEST_PATH or {".", "..", ""} & set(path.split("/")[1:-1]):
        raise ValueError("A browser would read this path in another way.")
    if path.rpartition("/")[2] in (".", ".."):
        raise ValueError("A browser would read this path in another way.")
    return PageAddress(_host(parts.netloc), path)


def _host(text: str) -> str:
    """Return a host as browsers look it up. NFKC and lower case are what they do first; `ß` stays another letter."""
    plain = unicodedata.normalize("NFKC", text).lower().removesuffix(".")
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in plain.split(".")]
    labels = labels[1:] if labels[0] == "www" and len(labels) > 2 else labels
    host = ".".join(labels)
    sound = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and len(host) <= LONGEST_HOST
    if not sound or labels[-1].isdigit():
        raise ValueError("This is no host.")
    return host


def _readable(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode().decode("punycode")
    except UnicodeError:
        return label
