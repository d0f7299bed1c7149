"""The words of links and visits: 160 random bits each, of which the house keeps a digest alone."""

import base64
import hashlib
import hmac
import secrets

from kernel.vault.index import spelled

WORD_BYTES = 20


def new_word() -> str:
    """Return a fresh word: 32 characters of base32."""
    return _in_letters(secrets.token_bytes(WORD_BYTES))


def digest(word: str) -> bytes:
    """Return what is kept of a word."""
    return hashlib.sha256(b"waystation giving link " + word.encode()).digest()


def visit_word(word: str, nonce: str) -> str:
    """Return the word of the visit that one showing of a link's page opens: the second of two presses opens the same.

    `nonce` is drawn each time the page is shown, and stands in no address.
    """
    return _in_letters(hmac.digest(word.encode(), b"waystation giving visit " + nonce.encode(), "sha256")[:WORD_BYTES])


def mailbox(email: str, word: str) -> bytes:
    """Return the digest of an address as it is spelled, under a word."""
    return hmac.digest(word.encode(), spelled(email).encode(), "sha256")


def _in_letters(some: bytes) -> str:
    return base64.b32encode(some).decode().lower()
