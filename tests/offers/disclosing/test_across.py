"""Across organisations the pledge's side discloses: its caseworker gives A, its approver B, both to the requester."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.disclosure.models import Disclosure, DisclosureBox
from kernel.states import Refusal
from offers.models import Match
from tests.offers.disclosing.scene import CANARY, Scene, asked, given, read_by, two_organisations
from tests.offers.disclosing.test_confirmed_match import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return two_organisations()


@pytest.mark.parametrize("first", ["caseworker", "approver"])
def test_it_takes_a_caseworker_and_an_approver_of_the_other_side_in_either_order(scene: Scene, first: str) -> None:
    givers = [scene.keys.caseworkers[0], scene.keys.approver]
    if first == "approver":
        givers.reverse()
    disclosure = given(asked(scene), givers[0])
    assert disclosure.status == "half_given"
    refused("not_approved", read_by, disclosure, scene.asker)
    disclosure = given(disclosure, givers[1])
    assert disclosure.status == "approved"
    assert DisclosureBox.objects.count() == 2
    assert CANARY in read_by(disclosure, scene.asker)[0][1].decode()
    assert not DisclosureBox.objects.exists()
    assert Match.objects.get(pk=scene.match.pk).status == "contact_disclosed"


def test_ones_own_side_gives_nothing(scene: Scene) -> None:
    disclosure = asked(scene)
    for one in (scene.ours.approver, scene.ours.caseworkers[1]):
        refused("not_your_side", given, disclosure, one)
    refused("second_person_needed", given, disclosure, scene.asker)
    assert not Disclosure.objects.visible_to(scene.ours.approver.member).exists()


def test_a_group_gives_its_half_once(scene: Scene) -> None:
    disclosure = given(asked(scene), scene.keys.caseworkers[0])
    refused("given_already", given, disclosure, scene.keys.caseworkers[1])
    disclosure = given(disclosure, scene.keys.coordinator)
    refused("given_already", given, disclosure, scene.keys.approver)


def test_a_half_counts_no_longer_than_it_says(scene: Scene) -> None:
    """The row's time is moved on by somebody who may write the table: the boxes say otherwise."""
    at = timezone.now()
    late = at + timedelta(hours=23, minutes=59)
    disclosure = given(asked(scene, at=at), scene.keys.approver, at=at)
    disclosure = given(disclosure, scene.keys.caseworkers[0], at=late)
    assert disclosure.expires_at == at + timedelta(days=1)
    Disclosure.objects.filter(pk=disclosure.pk).update(expires_at=late + timedelta(days=3))
    refused("stale", read_by, disclosure, scene.asker, at=late + timedelta(minutes=2))
    DisclosureBox.objects.update(expires_at=late + timedelta(days=3))
    refused("does_not_open", read_by, disclosure, scene.asker, at=late + timedelta(minutes=2))


@pytest.mark.parametrize("which", ["half_a_by", "half_b_by"])
def test_both_who_gave_must_still_be_in_that_role(scene: Scene, which: str) -> None:
    disclosure = given(given(asked(scene), scene.keys.caseworkers[0]), scene.keys.approver)
    member = getattr(disclosure, which)
    type(member).objects.filter(pk=member.pk).update(role="admin")
    refused("approver_left", read_by, disclosure, scene.asker)


def test_a_partner_whose_keys_the_operator_holds_is_served_by_the_operator(scene: Scene) -> None:
    with pytest.raises(Refusal):
        asked(Scene(scene.keys, scene.keys, scene.pledge, scene.match))
    disclosure = asked(scene)
    assert disclosure.owner == scene.keys.organisation
    assert disclosure.crosses
