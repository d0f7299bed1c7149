"""From a group's keys to its half of a record's data key."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from kernel.vault.boxes import BrokenSeal, open_box, xor

if TYPE_CHECKING:
    from kernel.vault.models import KeyShare, SealedRecord

Keys = Mapping[int, bytes]  # private keys (32 bytes each) by the id of their GroupKey


def half_of(record: "SealedRecord", group: str, keys: Keys) -> bytes:
    """Return one group's half (32 bytes): the xor of all that is sealed to `group` (`A` or `B`).

    `keys` are the private keys of that group, by GroupKey id. Raises BrokenSeal if there is none for a share, or a box
    belongs elsewhere.
    """
    shares = [share for share in record.shares.select_related("group_key") if share.group_key.group == group]
    return half_from(record, shares, group, keys)


def half_from(record: "SealedRecord", shares: "Sequence[KeyShare]", group: str, keys: Keys) -> bytes:
    """Return one group's half, like `half_of`, from the shares of the record that are sealed to it."""
    if [share.letter for share in shares if share.letter != "R"] != [group]:
        raise BrokenSeal
    parts = []
    for share in shares:
        private_key = keys.get(share.group_key_id)
        if private_key is None:
            raise BrokenSeal
        box, letter = bytes(share.box), share.letter
        parts.append(
            open_box(box, letter=letter, record_id=record.record_id, form=record.format, private_key=private_key)
        )
    return reduce(xor, parts)
