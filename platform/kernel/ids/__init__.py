"""Public ids: a prefix that says what the thing is, and 128 random bits that say nothing."""

import base64
import secrets

ID_LENGTH = 26


def new_id(prefix: str) -> str:
    """Return a fresh id such as `nd_` followed by 26 characters of `a-z2-7` (128 random bits)."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"


def pattern(prefix: str) -> str:
    """Return the regular expression, without anchors, that every id with this prefix matches."""
    return f"{prefix}_[a-z2-7]{{{ID_LENGTH}}}"
