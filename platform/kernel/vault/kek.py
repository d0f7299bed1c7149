"""The server's own key: what the server may read, and a copied database may not."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12


def _keys() -> list[tuple[str, bytes]]:
    pairs = [entry.partition(":") for entry in settings.VAULT_KEK.split(",")]
    return [(name.strip(), base64.b64decode(key)) for name, _, key in pairs]


def encrypt(plain: bytes, context: str) -> bytes:
    """Return key id, nonce and AES-256-GCM ciphertext; `context` names the purpose and is bound to it."""
    name, key = _keys()[0]
    nonce = os.urandom(_NONCE)
    head = bytes([len(name)]) + name.encode()
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + context.encode())


def decrypt(sealed: bytes, context: str) -> bytes:
    """Return what `encrypt` was given. Raises ValueError for another context, a changed byte, or an unknown key."""
    size = sealed[0]
    head, rest = sealed[: 1 + size], sealed[1 + size :]
    for name, key in _keys():
        if name.encode() == head[1:]:
            try:
                return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head + context.encode())
            except InvalidTag:
                raise ValueError("This was not encrypted for that purpose, or it was changed.") from None
    raise ValueError(f"No key named {head[1:].decode(errors='replace')} is configured in VAULT_KEK.")
