"""One way to write a fact down, so that its hash is the same wherever it is computed."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64  # what the first link of a chain names as the one before it

_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(facts: dict[str, Any]) -> bytes:
    """Return the facts as JSON: keys sorted, no spaces, UTF-8. What is no text at all still has bytes, and a hash."""
    return _write(facts).encode("utf-8", "surrogatepass")


def digest(facts: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def instant(at: datetime) -> str:
    """Return a moment in UTC to the microsecond: `2026-11-26T18:50:18.000000+00:00`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
