"""Group keys for a test, with their private halves."""

from dataclasses import dataclass

from nacl.public import PrivateKey

from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from tests.factories.keys import put_key


@dataclass(frozen=True)
class Pair:
    """The private keys of both groups of one owner."""

    a: bytes
    b: bytes


def make_keys(owner: str = "org_test", version: int = 1) -> Pair:
    """Give an owner live keys and return their private halves."""
    GroupKey.objects.filter(owner=owner).update(state="retired")
    private = {letter: PrivateKey.generate() for letter in "AB"}
    for letter, key in private.items():
        put_key(owner, letter, bytes(key.public_key), version)
    return Pair(bytes(private["A"]), bytes(private["B"]))


def open_with(record: SealedRecord, private_a: bytes, private_b: bytes) -> bytes:
    """Return what a record holds, each group's key being tried on every share that is sealed to the group."""
    keys = {
        letter: {share.group_key_id: private for share in record.shares.all()}
        for letter, private in (("A", private_a), ("B", private_b))
    }
    return open_halves(record, half_of(record, "A", keys["A"]), half_of(record, "B", keys["B"]))


def share_of(record: SealedRecord, letter: str) -> KeyShare:
    """Return one share of a record."""
    return record.shares.select_related("group_key").get(letter=letter)


def put_box(record: SealedRecord, letter: str, box: bytes) -> None:
    """Write another box where a share's own was."""
    record.shares.filter(letter=letter).update(box=box)
