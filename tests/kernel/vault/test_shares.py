"""`shares.half_of`: a group's half is the xor of what is sealed to it, and of nothing else."""

import secrets

import pytest
from nacl.public import PrivateKey

from kernel import vault
from kernel.vault.boxes import BrokenSeal, close_box, xor
from kernel.vault.models import KeyShare, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from tests.kernel.vault.keys import Pair, make_keys, open_with, put_box, share_of

pytestmark = pytest.mark.django_db

PLAIN = b"a host"


@pytest.fixture
def keys() -> Pair:
    return make_keys()


@pytest.fixture
def changed(keys: Pair) -> SealedRecord:
    """A record whose caseworkers' half was changed, with what the approvers have not taken in yet."""
    record = vault.seal("pl_1", "pledge.contact", PLAIN, "org_test")
    left = secrets.token_bytes(32)
    share_a, share_b = share_of(record, "A"), share_of(record, "B")
    half = xor(half_of(record, "A", {share_a.group_key_id: keys.a}), left)
    where = {"record_id": "pl_1", "form": 1}
    put_box(record, "A", close_box(half=half, letter="A", to=bytes(PrivateKey(keys.a).public_key), **where))
    box = close_box(half=left, letter="R", to=bytes(PrivateKey(keys.b).public_key), **where)
    KeyShare.objects.create(record=record, letter="R", group_key=share_b.group_key, box=box)
    return record


def test_it_takes_in_what_a_change_of_keys_left(changed: SealedRecord, keys: Pair) -> None:
    assert open_with(changed, keys.a, keys.b) == PLAIN


def test_a_changed_half_opens_nothing_with_the_old_other_half(changed: SealedRecord, keys: Pair) -> None:
    own = {share_of(changed, "A").group_key_id: keys.a}
    half_a = half_of(changed, "A", own)
    changed.shares.filter(letter="R").delete()
    half_b = half_of(changed, "B", {share_of(changed, "B").group_key_id: keys.b})
    with pytest.raises(BrokenSeal):
        open_halves(changed, half_a, half_b)


def test_it_wants_a_key_for_every_share(changed: SealedRecord, keys: Pair) -> None:
    with pytest.raises(BrokenSeal):
        half_of(changed, "B", {})


def test_a_part_left_for_one_group_is_none_of_the_other(changed: SealedRecord, keys: Pair) -> None:
    changed.shares.filter(letter="R").update(group_key=share_of(changed, "A").group_key)
    with pytest.raises(BrokenSeal):
        open_with(changed, keys.a, keys.b)


@pytest.mark.parametrize("letter", ["A", "B"])
def test_a_box_of_another_record_is_no_half_of_this_one(keys: Pair, letter: str) -> None:
    mine, other = (vault.seal(pk, "pledge.contact", PLAIN, "org_test") for pk in ("pl_1", "pl_2"))
    put_box(mine, letter, bytes(share_of(other, letter).box))
    key = keys.a if letter == "A" else keys.b
    with pytest.raises(BrokenSeal):
        half_of(mine, letter, {share_of(mine, letter).group_key_id: key})
