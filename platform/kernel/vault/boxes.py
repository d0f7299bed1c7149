"""The parts of a data key, each in a box for one group; pure functions over bytes.

A data key is the xor of its parts: A and B, and R while one group has not caught up with a change of the other's keys.
A box says what it belongs to, and that is compared after opening: one moved from another record, or the other half,
opens nothing.
"""

import hmac
import secrets

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from kernel.vault.framing import frame, unframe

KEY_BYTES = 32


class BrokenSeal(Exception):
    """Something sealed does not open: wrong key, moved box, changed bytes. Says nothing more."""


def xor(first: bytes, second: bytes) -> bytes:
    """Return the bitwise exclusive or of two byte strings of one length."""
    return bytes(a ^ b for a, b in zip(first, second, strict=True))


def split(data_key: bytes) -> tuple[bytes, bytes]:
    """Return two halves, each random by itself, whose xor is the data key."""
    half = secrets.token_bytes(len(data_key))
    return half, xor(data_key, half)


def close_box(*, half: bytes, letter: str, record_id: str, form: int, to: bytes) -> bytes:
    """Return `half` sealed to the X25519 public key `to` (32 bytes), with what it belongs to."""
    inside = frame(b"%d" % form, record_id.encode(), letter.encode(), half)
    return SealedBox(PublicKey(to)).encrypt(inside)


def open_box(box: bytes, *, letter: str, record_id: str, form: int, private_key: bytes) -> bytes:
    """Return the half inside. Raises BrokenSeal if it does not open or belongs to something else."""
    try:
        inside = SealedBox(PrivateKey(private_key)).decrypt(box)
        *belongs, half = unframe(inside)
    except (CryptoError, ValueError) as error:
        raise BrokenSeal from error
    wanted = [b"%d" % form, record_id.encode(), letter.encode()]
    if not hmac.compare_digest(frame(*belongs), frame(*wanted)) or len(half) != KEY_BYTES:
        raise BrokenSeal
    return half
