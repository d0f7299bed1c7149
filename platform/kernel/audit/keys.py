"""The key that signs checkpoints, and those whose signatures count.

`settings.AUDIT_SIGNING_KEY` is an Ed25519 seed, 32 bytes in base64. `settings.AUDIT_FORMER_KEYS` lists the public keys
that signed before it, oldest first: after a change of key, what was signed until then still verifies.
"""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def _decoded(value: str, what: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{what} is not 32 bytes in base64.")
    return key


def signing_key() -> Ed25519PrivateKey:
    """Return the key that signs. Raises ImproperlyConfigured, without repeating it, if it is malformed."""
    return Ed25519PrivateKey.from_private_bytes(_decoded(settings.AUDIT_SIGNING_KEY, "AUDIT_SIGNING_KEY"))


def public_word(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """Return a key's public half as 44 characters of base64, which is how people compare it."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return base64.b64encode(public.public_bytes_raw()).decode()


def trusted_keys() -> list[str]:
    """Return the public keys whose signatures count, in the order in which they were used."""
    former = [word.strip() for word in settings.AUDIT_FORMER_KEYS]
    for position, word in enumerate(former, start=1):
        _decoded(word, f"Key {position} of AUDIT_FORMER_KEYS")
    return [*former, public_word(signing_key())]


def well_formed(word: str) -> bool:
    """Return whether this is a public key in base64."""
    try:
        _decoded(word, "")
    except ImproperlyConfigured:
        return False
    return True
