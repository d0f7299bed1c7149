"""Ids that look like Stripe's."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def new_id(prefix: str, size: int = 24) -> str:
    """Return `prefix_` and random letters and digits, such as `pi_` + 24."""
    return f"{prefix}_{''.join(secrets.choice(_ALPHABET) for _ in range(size))}"
