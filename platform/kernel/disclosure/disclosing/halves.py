"""A half of a data key, given to one person for one purpose: what it is for is named inside, and compared."""

import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from kernel.disclosure.models import MemberKey
from kernel.disclosure.opening import group_private_key
from kernel.vault.boxes import KEY_BYTES, BrokenSeal
from kernel.vault.framing import frame, unframe
from kernel.vault.models import SealedRecord

if TYPE_CHECKING:
    from kernel.disclosure.models import Disclosure

PURPOSE = b"waystation disclosed half"
FORMAT = 1


def _names(disclosure: "Disclosure", record: SealedRecord, letter: str, expires_at: datetime) -> list[bytes]:
    """Everything a half is bound to, as rows have it now."""
    giver = disclosure.half_a_by_id if letter == "A" else disclosure.half_b_by_id
    instant = expires_at.astimezone(UTC).isoformat(timespec="microseconds")
    named = (
        FORMAT,
        disclosure.pk,
        letter,
        record.record_id,
        record.purpose,
        record.format,
        disclosure.purpose,
        disclosure.object_id,
        disclosure.requester_id,
        giver,
        instant,
    )
    return [PURPOSE, *(str(name).encode() for name in named)]


def close_half(
    half: bytes, *, disclosure: "Disclosure", record: SealedRecord, letter: str, expires_at: datetime, to: MemberKey
) -> bytes:
    """Return a half (32 bytes) sealed to `to` alone, with what it is for."""
    inside = frame(*_names(disclosure, record, letter, expires_at), half)
    return SealedBox(PublicKey(bytes(to.public_key))).encrypt(inside)


def open_half(
    box: bytes,
    *,
    disclosure: "Disclosure",
    record: SealedRecord,
    letter: str,
    expires_at: datetime,
    private_key: bytes,
) -> bytes:
    """Return the half inside. Raises BrokenSeal for another key, or if any name differs from the rows'."""
    try:
        *names, half = unframe(SealedBox(PrivateKey(private_key)).decrypt(box))
    except (CryptoError, ValueError) as error:
        raise BrokenSeal from error
    wanted = _names(disclosure, record, letter, expires_at)
    if not hmac.compare_digest(frame(*names), frame(*wanted)) or len(half) != KEY_BYTES:
        raise BrokenSeal
    return half


def group_keys(key: MemberKey, private_key: bytes) -> dict[int, bytes]:
    """Return the private keys of the member's group, by GroupKey id, each opened through the member's own seat.

    Raises BrokenSeal if one does not open.
    """
    seats = key.seats.select_related("group_key")
    return {seat.group_key_id: group_private_key(seat, private_key) for seat in seats}
