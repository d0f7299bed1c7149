"""The blind index: whether two records have one email address, without keeping the address.

Email only. Telephone numbers are so few that every one of them could be tried in minutes.
"""

import base64
import hmac
import unicodedata

from django.conf import settings
from nacl.pwhash import argon2id

MEMORY = 16 * 2**20  # bytes
PASSES = 2
INDEX_BYTES = 32


def normal(email: str) -> str:
    """Return the form under which an address is compared: composed, without outer space, lower case."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def spelled(email: str) -> str:
    """Return an address as it is spelled, but for capital letters: what the blind index folds beyond (`ß` and `ss` are
    two domains), this does not. Whoever is shown or sent something of theirs is compared by this.
    """
    return unicodedata.normalize("NFC", email).strip().lower()


def blind_email(email: str) -> bytes:
    """Return 32 bytes that are equal for equal addresses: HMAC-SHA256, with a key of its own, over Argon2id.

    Takes about 15 ms on purpose: whoever steals the key as well still pays that for every guess.
    """
    key = base64.b64decode(settings.BLIND_INDEX_KEY)
    salt = hmac.digest(key, b"waystation blind index salt", "sha256")[: argon2id.SALTBYTES]
    slow = argon2id.kdf(INDEX_BYTES, normal(email).encode(), salt, opslimit=PASSES, memlimit=MEMORY)
    return hmac.digest(key, b"waystation blind email" + slow, "sha256")
