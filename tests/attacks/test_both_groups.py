"""The whole database, every secret of the environment and one group's keys: no contact opens. With both, it does."""

import base64
import contextlib
import itertools
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from kernel.disclosure.disclosing.lapsing import lapse_overdue
from kernel.disclosure.unlocking import boot
from kernel.vault import kek
from kernel.vault.boxes import BrokenSeal
from kernel.vault.framing import unframe
from kernel.vault.models import NotificationAddress, SealedRecord
from kernel.vault.sealing import open_halves
from tests.offers.disclosing.scene import CANARY, approved, asked, given, one_organisation, read_by, two_organisations

pytestmark = pytest.mark.django_db
KEY = 32


def everything_stored() -> list[bytes]:
    """Every value of every row of every table, the notification addresses aside, as bytes."""
    models = [model for model in apps.get_models() if model is not NotificationAddress]
    found = set()
    for model in models:
        for row in model._default_manager.values_list():
            for value in row:
                found.add(bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode())
    return sorted(found)


def secrets_of_the_environment() -> list[bytes]:
    """What the server can read by itself."""
    encoded = (settings.BLIND_INDEX_KEY, settings.AUDIT_SIGNING_KEY)
    return [*kek.parse(settings.VAULT_KEK).values(), *(base64.b64decode(one) for one in encoded), boot.secret()]


def pieces(blob: bytes) -> Iterator[bytes]:
    """A value, and everything of a key's length that it says in its frame or in itself."""
    yield blob
    with contextlib.suppress(ValueError):
        yield from unframe(blob)


def opened(stored: list[bytes], keys: list[bytes]) -> list[bytes]:
    """Everything that opens with the keys, and with what that holds, until nothing more does."""
    known, tried, found = {key for key in keys if len(key) == KEY}, set(), set()
    while known - tried:
        key = (known - tried).pop()
        tried.add(key)
        for blob in stored:
            plain = None
            try:
                plain = SealedBox(PrivateKey(key)).decrypt(blob)
            except (CryptoError, ValueError, TypeError):
                try:
                    plain = AESGCM(key).decrypt(blob[:12], blob[12:], None)
                except (InvalidTag, ValueError):
                    continue
            for piece in pieces(plain):
                found.add(piece)
                if len(piece) == KEY:
                    known.add(piece)
    return sorted(known | {piece for piece in found if len(piece) == KEY})


def reads_the_contact(keys: list[bytes]) -> bool:
    """Try every key, and every two of them xored, on every record, with the record's own binding."""
    zero = bytes(KEY)
    for record in SealedRecord.objects.all():
        for one, two in [*itertools.combinations(keys, 2), *((key, zero) for key in keys)]:
            try:
                if CANARY.encode() in open_halves(record, one, two):
                    return True
            except BrokenSeal:
                continue
    return False


def thief(*extra: bytes) -> bool:
    """Whether a thief with the database, the environment and some keys more reads the contact."""
    return reads_the_contact(opened(everything_stored(), [*secrets_of_the_environment(), *extra]))


def test_one_group_alone_reads_nothing_and_both_do() -> None:
    scene = one_organisation()
    assert not thief()
    assert not thief(scene.keys.group_a, *(one.private_key for one in scene.keys.caseworkers))
    assert not thief(scene.keys.group_b, scene.keys.approver.private_key, scene.keys.coordinator.private_key)
    assert thief(scene.keys.group_a, scene.keys.group_b)
    assert thief(scene.keys.caseworkers[0].private_key, scene.keys.approver.private_key)


def test_a_request_gives_nothing_away_an_approval_to_the_requester_alone_and_a_reading_nothing() -> None:
    """While it can be read, the requester's own key and the box open it: that is what was approved."""
    scene = one_organisation()
    mine, colleague = scene.asker.private_key, scene.ours.caseworkers[1].private_key
    disclosure = asked(scene)
    assert not thief(mine)
    disclosure = given(disclosure, scene.keys.approver)
    assert thief(mine)
    assert not thief(colleague)
    assert not thief(scene.keys.approver.private_key)
    read_by(disclosure, scene.asker)
    assert not thief(mine)


def test_across_organisations_one_half_opens_nothing_not_even_for_the_requester() -> None:
    scene = two_organisations()
    disclosure = given(asked(scene), scene.keys.caseworkers[0])
    mine = scene.asker.private_key
    assert not thief(mine)
    assert not thief(scene.keys.caseworkers[0].private_key)
    disclosure = given(disclosure, scene.keys.approver)
    assert thief(mine)
    read_by(disclosure, scene.asker)
    assert not thief(mine)


def test_an_approved_request_that_lapsed_opens_nothing() -> None:
    scene = one_organisation()
    disclosure = approved(scene)
    lapse_overdue(disclosure.expires_at + timedelta(seconds=1))
    assert not thief(scene.asker.private_key)
