"""Secrets the server must read itself: encrypted under a key that never lies with the database.

`settings.VAULT_KEK` is `id:base64` of 32 bytes, several separated by commas, the newest first. The newest encrypts,
any of them decrypts.
"""

import base64
import binascii
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kernel.vault.boxes import BrokenSeal
from kernel.vault.framing import frame

FORMAT = 1
PURPOSE = b"waystation server-readable secret"
KEY_BYTES = 32
NONCE_BYTES = 12


@lru_cache(maxsize=4)
def parse(value: str) -> dict[str, bytes]:
    """Return the keys by id, newest first. Raises ImproperlyConfigured, without repeating any, if one is malformed."""
    keys: dict[str, bytes] = {}
    for position, part in enumerate(value.split(","), start=1):
        key_id, colon, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not (colon and key_id.isascii() and 0 < len(key_id) < 256 and len(key) == KEY_BYTES) or key_id in keys:
            raise ImproperlyConfigured(f"Key {position} of VAULT_KEK is not `id:base64 of 32 bytes`, with its own id.")
        keys[key_id] = key
    return keys


def _keys() -> dict[str, bytes]:
    return parse(settings.VAULT_KEK)


def encrypt(plain: bytes, context: str) -> bytes:
    """Return `plain` under the newest server key, bound to `context`: format, key id, nonce, AES-256-GCM ciphertext."""
    key_id, key = next(iter(_keys().items()))
    named, nonce = key_id.encode(), secrets.token_bytes(NONCE_BYTES)
    bound = frame(PURPOSE, named, context.encode())
    return bytes([FORMAT, len(named)]) + named + nonce + AESGCM(key).encrypt(nonce, plain, bound)


def decrypt(blob: bytes, context: str) -> bytes:
    """Return what `encrypt` was given. Raises BrokenSeal for a wrong context, an unknown key or changed bytes."""
    blob = bytes(blob)
    if len(blob) < 2 or blob[0] != FORMAT:
        raise BrokenSeal
    start = 2 + blob[1]
    named, nonce, sealed = blob[2:start], blob[start : start + NONCE_BYTES], blob[start + NONCE_BYTES :]
    key = _keys().get(named.decode("ascii", "replace"))
    if key is None:
        raise BrokenSeal
    try:
        return AESGCM(key).decrypt(nonce, sealed, frame(PURPOSE, named, context.encode()))
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal from error


def key_id(blob: bytes) -> str:
    """Return the id of the key a blob is encrypted under, read from its head. Raises BrokenSeal if it is no blob."""
    blob = bytes(blob)
    if len(blob) < 2 or blob[0] != FORMAT:
        raise BrokenSeal
    return blob[2 : 2 + blob[1]].decode("ascii", "replace")


def newest() -> str:
    """Return the id of the key that encrypts."""
    return next(iter(_keys()))


def renewed(blob: bytes, context: str) -> bytes:
    """Return the same secret under the newest key. Raises BrokenSeal like `decrypt`."""
    return encrypt(decrypt(blob, context), context)


def derived(purpose: str) -> dict[str, bytes]:
    """Return, for each server key by id, newest first, a key of 32 bytes for one other purpose."""
    return {
        key_id: HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)
        for key_id, key in _keys().items()
    }
