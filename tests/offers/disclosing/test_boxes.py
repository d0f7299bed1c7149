"""What was sealed for one purpose opens nothing else: boxes moved and rows edited by somebody who may write tables."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from nacl.public import PrivateKey

from kernel.disclosure.models import Disclosure, DisclosureBox, MemberKey
from kernel.states import Refusal
from kernel.vault.models import KeyShare, SealedRecord
from offers.models import Match
from offers.pledges import contact as contacts
from tests.factories.pledges import make_contact
from tests.offers.disclosing.scene import (
    Scene,
    approved,
    asked,
    confirmed_match,
    given,
    one_organisation,
    read_by,
    sealed_pledge,
    two_organisations,
)

pytestmark = pytest.mark.django_db


def opens(disclosure: Disclosure, scene: Scene) -> bool:
    try:
        read_by(Disclosure.objects.get(pk=disclosure.pk), scene.asker)
    except Refusal:
        return False
    return True


@pytest.fixture
def scene(db: None) -> Scene:
    return one_organisation()


def test_a_box_of_another_request_opens_nothing(scene: Scene) -> None:
    other_match = confirmed_match(scene.ours, sealed_pledge(scene.ours.organisation))
    other = approved(Scene(scene.ours, scene.keys, other_match.pledge, other_match))
    mine = asked(scene)
    box = DisclosureBox.objects.get(disclosure=other)
    Disclosure.objects.filter(pk=mine.pk).update(
        status="approved", half_b_by=other.half_b_by, approved_at=other.approved_at, expires_at=other.expires_at
    )
    for record_id in (scene.pledge.pk, other_match.pledge_id):
        DisclosureBox.objects.filter(pk=box.pk).update(disclosure=mine, record_id=record_id)
        assert not opens(mine, scene)


def test_a_box_of_an_earlier_request_for_the_same_opens_nothing(scene: Scene) -> None:
    first = approved(scene)
    kept = bytes(DisclosureBox.objects.get().box)
    read_by(first, scene.asker)
    second = approved(scene)
    DisclosureBox.objects.update(box=kept)
    assert not opens(second, scene)


def test_another_record_under_the_same_request_opens_nothing(scene: Scene) -> None:
    disclosure, other = approved(scene), sealed_pledge(scene.ours.organisation)
    Match.objects.filter(pk=scene.match.pk).update(pledge=other)
    assert not opens(disclosure, scene)
    Disclosure.objects.filter(pk=disclosure.pk).update(record_ids=[other.pk])
    assert not opens(disclosure, scene)
    DisclosureBox.objects.update(record_id=other.pk)
    assert not opens(disclosure, scene)
    first, second = (SealedRecord.objects.get(record_id=pk) for pk in (scene.pledge.pk, other.pk))
    for letter in "AB":
        share = KeyShare.objects.get(record=first, letter=letter)
        KeyShare.objects.filter(record=second, letter=letter).update(box=bytes(share.box))
    assert not opens(disclosure, scene)


@pytest.mark.parametrize(
    "edit",
    [
        {"purpose": "safety_incident"},
        {"object_id": "other"},
        {"requester": "colleague"},
        {"half_b_by": "coordinator"},
    ],
)
def test_an_edited_row_opens_nothing(scene: Scene, edit: dict[str, Any]) -> None:
    disclosure = approved(scene)
    twin = confirmed_match(scene.ours, sealed_pledge(scene.ours.organisation))
    Match.objects.filter(pk=twin.pk).update(pledge=scene.pledge)
    others = {
        "colleague": scene.ours.caseworkers[1].member,
        "coordinator": scene.ours.coordinator.member,
        "other": twin.pk,
    }
    changes = {name: others.get(value, value) for name, value in edit.items()}
    Disclosure.objects.filter(pk=disclosure.pk).update(**changes)
    for reader in (scene.asker, scene.ours.caseworkers[1]):
        with pytest.raises(Refusal):
            read_by(Disclosure.objects.get(pk=disclosure.pk), reader)


def test_a_prolonged_row_opens_nothing(scene: Scene) -> None:
    at = timezone.now()
    disclosure, later = approved(scene, at=at), at + timedelta(hours=1)
    Disclosure.objects.update(expires_at=later)
    DisclosureBox.objects.update(expires_at=later)
    with pytest.raises(Refusal) as caught:
        read_by(Disclosure.objects.get(pk=disclosure.pk), scene.asker, at=at + timedelta(minutes=20))
    assert caught.value.code == "does_not_open"


def test_the_two_halves_do_not_stand_in_for_each_other(db: None) -> None:
    scene = two_organisations()
    disclosure = given(given(asked(scene), scene.keys.caseworkers[0]), scene.keys.approver)
    a, b = (bytes(DisclosureBox.objects.get(letter=letter).box) for letter in "AB")
    DisclosureBox.objects.filter(letter="A").update(box=b)
    assert not opens(disclosure, scene)
    DisclosureBox.objects.filter(letter="A").update(box=a)
    DisclosureBox.objects.filter(letter="B").update(box=a)
    assert not opens(disclosure, scene)
    DisclosureBox.objects.filter(letter="B").update(box=b)
    assert opens(disclosure, scene)


def test_a_request_revived_in_the_table_has_no_box_left(scene: Scene) -> None:
    disclosure = approved(scene)
    read_by(disclosure, scene.asker)
    Disclosure.objects.filter(pk=disclosure.pk).update(status="approved", read_at=None)
    assert not opens(disclosure, scene)


def test_a_contact_written_anew_needs_a_new_approval(scene: Scene) -> None:
    disclosure = approved(scene)

    contacts.keep(scene.pledge, make_contact(), mails=False, at=timezone.now())
    assert not opens(disclosure, scene)


@pytest.mark.parametrize("told", [one_organisation, two_organisations])
def test_a_key_put_into_the_requesters_row_is_given_nothing(told: Callable[[], Scene]) -> None:
    """Somebody who may write tables waits for a request and puts a key of their own where the requester's stood."""
    scene = told()
    disclosure = asked(scene)
    theirs = bytes(PrivateKey.generate().public_key)
    MemberKey.objects.filter(member=scene.asker.member).update(public_key=theirs)
    with pytest.raises(Refusal) as caught:
        given(disclosure, scene.keys.approver)
    assert caught.value.code == "not_let_in"
    assert not DisclosureBox.objects.exists()
    with pytest.raises(Refusal, match="not let in by two people"):
        asked(scene)
