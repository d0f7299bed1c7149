"""Moving records to a group's new key, so that the old one opens nothing here any more.

A data key is A xor B xor every R. Whoever holds A's new key replaces A by A xor R, R being fresh, and leaves R for the
other group, which folds it into B. Between the two steps everything opens; after the first, the old half and the other
group's half do not. The same for B.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from kernel.vault.boxes import KEY_BYTES, BrokenSeal, close_box, xor
from kernel.vault.models import GroupKey, GroupKeyState, KeyShare, Letter, SealedRecord
from kernel.vault.sealing import still_live
from kernel.vault.shares import Keys, half_from

BATCH = 200


class KeysChanged(Exception):
    """A group key changed while records were moved to it. Nothing was written: begin again."""


@dataclass
class Moved:
    """How many records were moved, the ids of those that do not open, and where to go on (ids of SealedRecord)."""

    records: int
    broken: list[int]
    upto: int


def waiting(owner: str, group: str) -> QuerySet[SealedRecord]:
    """Return the records of which a group holds a share under a retired key, or a part the other group left for it."""
    shares = KeyShare.objects.filter(
        Q(group_key__state=GroupKeyState.RETIRED) | Q(letter=Letter.R), group_key__owner=owner, group_key__group=group
    )
    return SealedRecord.objects.filter(pk__in=shares.values("record")).order_by("pk")


def move_some(
    owner: str, group: str, *, keys: Keys, live: dict[str, GroupKey], after: int = 0, at_most: int = BATCH
) -> Moved:
    """Move up to `at_most` records with ids above `after` to the live key of `group`, in one transaction.

    `keys` are the group's private keys by GroupKey id; `live` are the live keys of both groups, which the caller has
    found trustworthy. A record that cannot be opened stays as it is. A constant number of queries. Raises KeysChanged.
    """
    with transaction.atomic():
        records = list(waiting(owner, group).filter(pk__gt=after)[:at_most].values_list("pk", flat=True))
        # the lock that a new sealing of the record takes first, too; its shares are read behind it
        locked = list(SealedRecord.objects.filter(pk__in=records).order_by("pk").select_for_update())
        shares: dict[int, list[KeyShare]] = {record.pk: [] for record in locked}
        for share in KeyShare.objects.filter(record__in=locked).select_related("group_key").order_by("pk"):
            shares[share.record_id].append(share)
        taken: list[int] = []
        written: list[KeyShare] = []
        moved = Moved(0, [], records[-1] if records else after)
        for record in locked:
            own = [share for share in shares[record.pk] if share.group_key.group == group]
            try:
                new = _turned(record, own, group=group, keys=keys, live=live)
            except BrokenSeal:
                moved.broken.append(record.pk)
                continue
            taken += [share.pk for share in own] if new else []
            written += new
            moved.records += bool(new)
        KeyShare.objects.filter(pk__in=taken).delete()
        KeyShare.objects.bulk_create(written)
        if written and not still_live(live.values()):
            raise KeysChanged
    return moved


def _turned(
    record: SealedRecord, own: Sequence[KeyShare], *, group: str, keys: Keys, live: dict[str, GroupKey]
) -> list[KeyShare]:
    """Return what takes the place of a group's own shares; nothing if a sealing came first and all is done."""
    half = half_from(record, own, group, keys)
    here, there = live[group], live["B" if group == "A" else "A"]
    old = any(share.group_key_id != here.pk for share in own)
    if not old and len(own) == 1:
        return []
    fresh = secrets.token_bytes(KEY_BYTES) if old else bytes(KEY_BYTES)
    new = [_share(record, group, here, xor(half, fresh))]
    return [*new, _share(record, "R", there, fresh)] if old else new


def _share(record: SealedRecord, letter: str, key: GroupKey, half: bytes) -> KeyShare:
    box = close_box(half=half, letter=letter, record_id=record.record_id, form=record.format, to=bytes(key.public_key))
    return KeyShare(record=record, letter=letter, group_key=key, box=box)


@transaction.atomic
def empty_keys(keys: Iterable[int]) -> list[GroupKey]:
    """Return which of some retired keys (ids) no share needs any more, locked so that none can come to need them."""
    retired = GroupKey.objects.filter(pk__in=keys, state=GroupKeyState.RETIRED).order_by("pk")
    locked = list(retired.select_for_update())
    needed = set(KeyShare.objects.filter(group_key__in=locked).values_list("group_key", flat=True))
    return [key for key in locked if key.pk not in needed]
