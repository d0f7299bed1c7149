"""Sealing a record on receipt. The process that does it cannot read it afterwards."""

import secrets
import struct
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel.states import Refusal
from kernel.vault.boxes import KEY_BYTES, BrokenSeal, close_box, split, xor
from kernel.vault.chain import trust
from kernel.vault.framing import frame
from kernel.vault.sizes import sizes_for

if TYPE_CHECKING:
    from kernel.vault.models import GroupKey, SealedRecord

FORMAT = 1
PURPOSE = b"waystation sealed record"
NONCE_BYTES = 12


def _pad(plain: bytes, purpose: str) -> bytes:
    """Return `plain` with its length in front, filled up to the next size of its purpose."""
    framed = frame(plain)
    for size in sizes_for(purpose):
        if len(framed) <= size:
            return framed.ljust(size, b"\0")
    raise Refusal("too_large", _("This is too long: shorten the note or the address."), "contact")


def _unpad(padded: bytes) -> bytes:
    (length,) = struct.unpack_from(">I", padded)
    return padded[4 : 4 + length]


def _bound(record_id: str, purpose: str, form: int) -> bytes:
    """What a ciphertext is bound to. Never a key's id or a table's name: rotation and renaming must stay possible."""
    return frame(PURPOSE, purpose.encode(), record_id.encode(), b"%d" % form)


def live_keys(owner: str) -> "dict[str, GroupKey]":
    """Return the live group keys of an owner by letter: both `A` and `B`, or none at all."""
    # the package is imported before the app registry is ready, the models are not
    from kernel.vault.models import GroupKey, GroupKeyState

    keys = {key.group: key for key in GroupKey.objects.filter(owner=owner, state=GroupKeyState.LIVE)}
    return keys if len(keys) == 2 else {}


def _trusted_keys(owner: str) -> "dict[str, GroupKey]":
    """Return the live group keys of an owner, which are those its chain names. Raises Refusal as `seal` does."""
    keys = live_keys(owner)
    if not keys:
        raise Refusal("no_group_key", _("Contact details cannot be taken in yet: the keys to seal them are missing."))
    try:
        trust.check(owner, keys)
    except Refusal:
        if live_keys(owner) == keys:
            raise
        return _trusted_keys(owner)  # a key was changed between the two questions: the chain is newer than the keys
    return keys


@transaction.atomic
def seal(record_id: str, purpose: str, plain: bytes, owner: str, *, at: datetime | None = None) -> "SealedRecord":
    """Seal `plain` to both groups of `owner`, in place of what the record held before.

    At most 4,092 bytes, or what `kernel.vault.sizes` says of the purpose.

    `record_id` (at most 80 characters) and `purpose` (at most 40) name the record and are part of the seal.
    Raises Refusal `no_group_key` if the owner has no two live keys, `key_not_pinned` if one does not follow
    from the pins, `too_large` for longer bytes. Never falls back.
    """
    from kernel.vault.models import KeyShare, SealedRecord

    padded = _pad(plain, purpose)
    keys = _trusted_keys(owner)
    data_key, nonce = AESGCM.generate_key(bit_length=KEY_BYTES * 8), secrets.token_bytes(NONCE_BYTES)
    record, created = SealedRecord.objects.update_or_create(
        record_id=record_id,
        purpose=purpose,
        defaults={
            "format": FORMAT,
            "nonce": nonce,
            "ciphertext": AESGCM(data_key).encrypt(nonce, padded, _bound(record_id, purpose, FORMAT)),
            "updated_at": at or timezone.now(),
        },
    )
    if not created:
        record.shares.all().delete()
    KeyShare.objects.bulk_create(
        KeyShare(
            record=record,
            letter=letter,
            group_key=keys[letter],
            box=close_box(
                half=half, letter=letter, record_id=record_id, form=FORMAT, to=bytes(keys[letter].public_key)
            ),
        )
        for letter, half in zip("AB", split(data_key), strict=True)
    )
    if not still_live(keys.values()):  # they were changed meanwhile, and the old ones may soon open nothing
        return seal(record_id, purpose, plain, owner, at=at)
    return record


def still_live(keys: "Iterable[GroupKey]") -> bool:
    """Return whether group keys are live yet; asked after shares were written to them.

    A written share keeps its key from being forgotten until the transaction ends; before it was written, nothing did.
    """
    from kernel.vault.models import GroupKey, GroupKeyState

    wanted = {key.pk for key in keys}
    return GroupKey.objects.filter(pk__in=wanted, state=GroupKeyState.LIVE).count() == len(wanted)


def shred(record_id: str, purpose: str) -> bool:
    """Delete a sealed record, in the caller's transaction. Returns whether there was one."""
    from kernel.vault.models import SealedRecord

    deleted, _by_model = SealedRecord.objects.filter(record_id=record_id, purpose=purpose).delete()
    return bool(deleted)


def open_halves(record: "SealedRecord", half_a: bytes, half_b: bytes) -> bytes:
    """Return what a record holds, given both groups' halves (32 bytes each; `shares.half_of`). Touches no database.

    Raises BrokenSeal if a half is wrong or anything was moved or changed.
    """
    try:
        padded = AESGCM(xor(half_a, half_b)).decrypt(
            bytes(record.nonce),
            bytes(record.ciphertext),
            _bound(record.record_id, record.purpose, record.format),
        )
    except InvalidTag as error:
        raise BrokenSeal from error
    return _unpad(padded)
