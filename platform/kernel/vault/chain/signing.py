"""Signatures under a link: Ed25519, with keys derived from the private keys people already have."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.vault.framing import frame

PURPOSE = b"waystation signature of a link"
SEED_PURPOSE = b"waystation signing key"
KEY_BYTES = 32


def signing_key(private_key: bytes) -> Ed25519PrivateKey:
    """Return the signing key of whoever has this X25519 private key (32 bytes): HKDF with a purpose of its own."""
    seed = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=SEED_PURPOSE).derive(private_key)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_of(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes that verify what `key` signs."""
    return key.public_key().public_bytes_raw()


def sign(body: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return a signature (64 bytes) under a link."""
    return key.sign(frame(PURPOSE, body))


def signed(body: bytes, signature: bytes, public_key: bytes) -> bool:
    """Return whether `public_key` signed this link."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, frame(PURPOSE, body))
    except (InvalidSignature, ValueError):
        return False
    return True
