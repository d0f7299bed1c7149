"""The two purposes besides a confirmed match: a check of an offer, and an incident."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from kernel.disclosure.disclosing.asking import ask
from kernel.disclosure.models import Disclosure
from kernel.outbox.models import OutboxRow
from kernel.states import move
from offers.models import Match, Pledge
from offers.pledges.disclosing import vetting_object
from tests.factories.keys import Keyed, Staff, make_staff
from tests.factories.organisations import make_operator, make_partner
from tests.offers.disclosing.scene import CANARY, Scene, given, read_by, sealed_pledge, two_organisations
from tests.offers.disclosing.test_confirmed_match import refused

pytestmark = pytest.mark.django_db


def asked_for(purpose: str, object_id: str, by: Keyed) -> Disclosure:
    return ask(purpose=purpose, object_id=object_id, by=by.member, at=timezone.now())


def checked(by: Keyed, pledge: Pledge, step: str = "identity") -> Disclosure:
    return asked_for("vetting_step", vetting_object(pledge, step), by)


@pytest.fixture
def operator(db: None) -> Staff:
    return make_staff(make_operator())


def test_a_caseworker_of_the_operator_reads_a_contact_to_check_the_offer(operator: Staff) -> None:
    pledge = sealed_pledge(operator.organisation, status="vetting")
    disclosure = given(checked(operator.caseworkers[0], pledge), operator.coordinator)
    assert CANARY in read_by(disclosure, operator.caseworkers[0])[0][1].decode()
    assert OutboxRow.objects.get(kind="offers.contact_read").object_id == pledge.pk
    assert Pledge.objects.get().status == "vetting"


def test_a_partners_offer_takes_two_people_of_the_partner(operator: Staff) -> None:
    partner = make_staff(make_partner())
    pledge = sealed_pledge(partner.organisation, status="vetting")
    disclosure = checked(operator.caseworkers[0], pledge)
    refused("not_your_side", given, disclosure, operator.approver)
    disclosure = given(given(disclosure, partner.caseworkers[0]), partner.coordinator)
    assert CANARY in read_by(disclosure, operator.caseworkers[0])[0][1].decode()


def test_only_the_operator_checks_and_only_what_the_offer_needs(operator: Staff) -> None:
    partner = make_staff(make_partner())
    pledge = sealed_pledge(partner.organisation, status="vetting")
    refused("unknown_reference", checked, partner.caseworkers[0], pledge)
    refused("unknown_reference", checked, operator.caseworkers[0], pledge, "licence")
    refused("unknown_reference", checked, operator.caseworkers[0], Pledge(pk="pl_nowhere"))
    for status in ("active", "suspended", "withdrawn", "rejected"):
        Pledge.objects.filter(pk=pledge.pk).update(status=status, confirm_by=timezone.localdate())
        refused("not_in_vetting", checked, operator.caseworkers[0], pledge)


def test_an_offer_that_left_the_checks_is_read_no_more(operator: Staff) -> None:
    pledge = sealed_pledge(operator.organisation, status="vetting")
    disclosure = given(checked(operator.caseworkers[0], pledge), operator.approver)
    Pledge.objects.update(status="rejected")
    refused("not_in_vetting", read_by, disclosure, operator.caseworkers[0])


@pytest.fixture
def scene(db: None) -> Scene:
    """A match whose contact was shown: the two can have met."""
    scene = two_organisations()
    _moved(scene, "contact_disclosed")
    return scene


def _moved(scene: Scene, *states: str, why: str = "", at: datetime | None = None) -> None:
    """Bring the match through states, as its deeds would."""
    for state in states:
        match = Match.objects.get(pk=scene.match.pk)
        move(match, to=state, by="user:1", at=at or timezone.now(), why=why)


def incident(scene: Scene, by: Keyed) -> Disclosure:
    return asked_for("safety_incident", scene.match.pk, by)


@pytest.mark.parametrize("frozen", [False, True])
def test_after_an_incident_the_pledges_side_reads_its_own_contact(scene: Scene, frozen: bool) -> None:
    Match.objects.update(frozen=frozen)
    asker = scene.keys.caseworkers[0]
    disclosure = given(incident(scene, asker), scene.keys.approver)
    assert CANARY in read_by(disclosure, asker)[0][1].decode()
    assert Match.objects.get().status == "contact_disclosed"


def test_a_match_that_failed_lately_counts_and_an_old_one_does_not(scene: Scene) -> None:
    asker, now = scene.keys.caseworkers[0], timezone.now()
    Match.objects.update(status="failed", updated_at=now - timedelta(days=29))
    assert incident(scene, asker)
    Disclosure.objects.update(status="lapsed")
    Match.objects.update(updated_at=now - timedelta(days=31))
    refused("over", incident, scene, asker)
    Match.objects.update(frozen=True)
    refused("over", incident, scene, asker)
    Match.objects.update(status="completed", updated_at=now, frozen=False)
    refused("over", incident, scene, asker)


@pytest.mark.parametrize("status", ["proposed", "person_agreed", "provider_accepted", "confirmed"])
def test_before_the_two_can_have_met_there_is_no_incident(db: None, status: str) -> None:
    scene = two_organisations()
    Match.objects.update(status=status)
    refused("not_met", incident, scene, scene.keys.caseworkers[0])
    assert scene.match.pk not in _offered(scene)


@pytest.mark.parametrize("status", ["proposed", "confirmed", "failed", "canceled"])
def test_a_safety_report_counts_wherever_the_match_stands(db: None, status: str) -> None:
    scene = two_organisations()
    Match.objects.update(status=status, frozen=True, updated_at=timezone.now())
    asker = scene.keys.caseworkers[0]
    assert scene.match.pk in _offered(scene)
    assert CANARY in read_by(given(incident(scene, asker), scene.keys.approver), asker)[0][1].decode()


def test_one_that_was_called_off_or_failed_before_they_met_is_over(db: None) -> None:
    scene, now = two_organisations(), timezone.now()
    for status in ("canceled", "failed", "declined_by_person", "expired"):
        Match.objects.update(status=status, updated_at=now)
        refused("over", incident, scene, scene.keys.caseworkers[0])


def test_one_that_ended_as_unsafe_counts_in_any_case(db: None) -> None:
    scene = two_organisations()
    _moved(scene, "failed", why="unsafe")
    assert incident(scene, scene.keys.caseworkers[0])


def test_one_that_was_called_off_after_they_met_counts_only_by_a_report(scene: Scene) -> None:
    _moved(scene, "canceled")
    asker = scene.keys.caseworkers[0]
    refused("over", incident, scene, asker)
    Match.objects.update(frozen=True)
    assert incident(scene, asker)


def test_a_stopped_offer_discloses_nothing_whatever_was_reported(scene: Scene) -> None:
    asker = scene.keys.caseworkers[0]
    disclosure = given(incident(scene, asker), scene.keys.approver)
    Match.objects.update(frozen=True)
    for status in ("suspended", "withdrawn", "rejected"):
        Pledge.objects.filter(pk=scene.pledge.pk).update(status=status)
        refused("pledge_stopped", read_by, disclosure, asker)
    Disclosure.objects.update(status="lapsed")
    refused("pledge_stopped", incident, scene, asker)


def _offered(scene: Scene) -> str:
    return scene.keys.caseworkers[0].browser().get("/console/contacts/").content.decode()


def test_nobody_else_reads_it_for_an_incident(scene: Scene) -> None:
    refused("unknown_reference", incident, scene, scene.asker)
    refused("unknown_reference", incident, scene, make_staff(make_partner()).caseworkers[0])
    Pledge.objects.filter(pk=scene.pledge.pk).update(status="suspended")
    refused("pledge_stopped", incident, scene, scene.keys.caseworkers[0])


def test_there_is_no_fourth_purpose(scene: Scene) -> None:
    refused("unknown_reference", asked_for, "curiosity", scene.match.pk, scene.asker)
