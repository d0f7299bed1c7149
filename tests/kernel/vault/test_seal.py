"""`vault.seal`: opens with both groups' keys, and in no other way."""

import itertools
import time
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from nacl.public import PrivateKey, SealedBox

from kernel import vault
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal, close_box
from kernel.vault.framing import frame, unframe
from kernel.vault.models import GroupKey, KeyShare, SealedRecord
from tests.kernel.vault.keys import make_keys, open_with, put_box, share_of

pytestmark = pytest.mark.django_db

CANARY = b'{"name": "Canary Sixpence", "email": "canary@example.org"}'


def test_it_opens_with_both_keys() -> None:
    keys = make_keys()
    vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    record = SealedRecord.objects.get()
    assert open_with(record, keys.a, keys.b) == CANARY
    assert [share_of(record, letter).group_key.group for letter in "AB"] == ["A", "B"]


def test_it_leaves_nothing_in_clear() -> None:
    make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    boxes = KeyShare.objects.values_list("box", flat=True)
    stored = b"".join(bytes(part) for part in (record.nonce, record.ciphertext, *boxes))
    assert b"Canary" not in stored
    assert b"example" not in stored


def test_it_opens_with_no_other_pair_of_keys() -> None:
    keys, strangers = make_keys(), make_keys("org_other")
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    possible = [keys.a, keys.b, strangers.a, strangers.b, bytes(32), b"\xff" * 32]
    for pair in itertools.product(possible, repeat=2):
        if pair != (keys.a, keys.b):
            with pytest.raises(BrokenSeal):
                open_with(record, *pair)


def test_one_half_says_nothing_about_the_key() -> None:
    """Each half alone is random: sealed twice, neither half, no nonce and no ciphertext comes again."""
    keys = make_keys()
    seen = set()
    for _ in range(20):
        record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
        for letter, key in (("A", keys.a), ("B", keys.b)):
            seen.add(unframe(SealedBox(PrivateKey(key)).decrypt(bytes(share_of(record, letter).box)))[-1])
        seen.update({record.nonce, record.ciphertext})
    assert len(seen) == 80


@pytest.mark.parametrize(
    ("plain_length", "stored"), [(0, 1024), (1020, 1024), (1021, 2048), (2044, 2048), (2045, 4096), (4092, 4096)]
)
def test_it_pads_to_one_of_three_sizes(plain_length: int, stored: int) -> None:
    keys = make_keys()
    plain = b"\0" * plain_length
    record = vault.seal("pl_1", "pledge.contact", plain, "org_test")
    assert len(record.ciphertext) == stored + 16
    assert open_with(record, keys.a, keys.b) == plain


def test_it_refuses_more_and_names_the_field() -> None:
    make_keys()
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", b"x" * 4093, "org_test")
    assert (caught.value.code, caught.value.field) == ("too_large", "contact")
    assert not SealedRecord.objects.exists()


@pytest.mark.parametrize("missing", ["A", "B", "both"])
def test_it_refuses_without_keys_and_never_falls_back(missing: str) -> None:
    make_keys()
    make_keys("org_other")
    gone = GroupKey.objects.filter(owner="org_test")
    (gone if missing == "both" else gone.filter(group=missing)).update(state="retired")
    with pytest.raises(Refusal) as caught:
        vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    assert caught.value.code == "no_group_key"
    assert not SealedRecord.objects.exists()


def test_it_takes_the_place_of_what_was_there() -> None:
    keys = make_keys()
    first = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    second = vault.seal("pl_1", "pledge.contact", b"moved", "org_test")
    assert first.pk == second.pk
    assert bytes(first.nonce) != bytes(second.nonce)
    assert open_with(SealedRecord.objects.get(), keys.a, keys.b) == b"moved"


def test_it_seals_to_the_newest_key_and_old_records_still_open() -> None:
    old = make_keys(version=1)
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    new = make_keys(version=2)
    later = vault.seal("pl_2", "pledge.contact", CANARY, "org_test")
    assert share_of(later, "A").group_key.version == 2
    assert open_with(later, new.a, new.b) == CANARY
    assert open_with(record, old.a, old.b) == CANARY


@pytest.mark.parametrize(
    "moved", [("A",), ("B",), ("A", "B"), ("nonce", "ciphertext"), ("A", "B", "nonce", "ciphertext")]
)
@pytest.mark.parametrize("other", [("pl_2", "pledge.contact"), ("pl_1", "vetting.note")])
def test_what_was_moved_from_another_record_opens_nothing(moved: tuple[str, ...], other: tuple[str, str]) -> None:
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    stranger = vault.seal(*other, b"another host", "org_test")
    for name in moved:
        if name in "AB":
            put_box(record, name, bytes(share_of(stranger, name).box))
        else:
            setattr(record, name, getattr(stranger, name))
    with pytest.raises(BrokenSeal):
        open_with(record, keys.a, keys.b)


@pytest.mark.parametrize(
    ("name", "value"), [("record_id", "pl_2"), ("purpose", "vetting.note"), ("format", 2), ("record_id", "pl_")]
)
def test_a_renamed_record_opens_nothing(name: str, value: Any) -> None:
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    setattr(record, name, value)
    with pytest.raises(BrokenSeal):
        open_with(record, keys.a, keys.b)


def test_halves_that_changed_places_open_nothing() -> None:
    """One person with both boxes re-sealed to one key still needs each half in its own box."""
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    boxes = [bytes(share_of(record, letter).box) for letter in "AB"]
    put_box(record, "B", boxes[0])
    put_box(record, "A", boxes[1])
    with pytest.raises(BrokenSeal):
        open_with(record, keys.b, keys.a)


@pytest.mark.parametrize("name", ["nonce", "ciphertext"])
def test_one_changed_bit_of_a_record_opens_nothing(name: str) -> None:
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    for position in (0, -1):
        before = getattr(record, name)
        setattr(record, name, changed(before, position))
        with pytest.raises(BrokenSeal):
            open_with(record, keys.a, keys.b)
        setattr(record, name, before)


@pytest.mark.parametrize("letter", ["A", "B"])
def test_one_changed_bit_of_a_box_opens_nothing(letter: str) -> None:
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    before = bytes(share_of(record, letter).box)
    for position in (0, -1):
        put_box(record, letter, changed(before, position))
        with pytest.raises(BrokenSeal):
            open_with(record, keys.a, keys.b)


def changed(before: bytes, position: int) -> bytes:
    altered = bytearray(before)
    altered[position] ^= 1
    return bytes(altered)


def test_a_box_of_another_make_opens_nothing() -> None:
    """Someone who may write the row makes a box of their own: it opens, but it belongs to something else."""
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    public = bytes(PrivateKey(keys.a).public_key)
    put_box(record, "A", close_box(half=bytes(32), letter="A", record_id="pl_2", form=1, to=public))
    with pytest.raises(BrokenSeal):
        open_with(record, keys.a, keys.b)
    put_box(record, "A", SealedBox(PrivateKey(keys.a).public_key).encrypt(frame(b"1", b"pl_1", b"A", b"short")))
    with pytest.raises(BrokenSeal):
        open_with(record, keys.a, keys.b)


@pytest.mark.parametrize("gone", ["A", "B"])
def test_a_record_without_one_of_its_halves_opens_nothing(gone: str) -> None:
    keys = make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    record.shares.filter(letter=gone).delete()
    with pytest.raises(BrokenSeal):
        open_with(record, keys.a, keys.b)


def test_the_two_halves_never_go_to_one_key() -> None:
    make_keys()
    record = vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    with pytest.raises(IntegrityError), transaction.atomic():
        record.shares.filter(letter="B").update(group_key=share_of(record, "A").group_key)


def test_it_shreds() -> None:
    make_keys()
    vault.seal("pl_1", "pledge.contact", CANARY, "org_test")
    assert not vault.shred("pl_1", "vetting.note")
    assert vault.shred("pl_1", "pledge.contact")
    assert not vault.shred("pl_1", "pledge.contact")
    assert not SealedRecord.objects.exists()
    assert not KeyShare.objects.exists()


def test_the_cryptography_takes_less_than_a_millisecond() -> None:
    from kernel.vault.boxes import split

    public = bytes(PrivateKey.generate().public_key)
    halves = split(bytes(32))
    best = min(_timed(halves, public) for _ in range(20))
    assert best < 0.001


def _timed(halves: tuple[bytes, bytes], public: bytes) -> float:
    begun = time.perf_counter()
    for half, letter in zip(halves, "AB", strict=True):
        close_box(half=half, letter=letter, record_id="pl_1", form=1, to=public)
    return time.perf_counter() - begun
