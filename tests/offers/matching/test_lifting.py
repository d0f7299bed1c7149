"""What a report froze goes on once two people said so, neither of them the one who reported, and not before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kernel.accounts.models import Member, Organisation
from kernel.audit.models import AuditEntry
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from offers.matching.deeds import accept, agree, cancel, propose
from offers.matching.safety.lifting import ask_to_lift, keep_frozen, lift, take_up
from offers.matching.safety.paging import INCIDENT_MAIL
from offers.models import Incident, Match, Pledge
from tests.console import console_client
from tests.factories.organisations import make_member, make_operator
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge
from tests.offers.matching.test_race import all_at_once
from tests.offers.matching.test_reporting import going, reported

LATER = NOW + timedelta(days=3)


class Scene:
    """A match of `ours` and `theirs`, reported by `reporter` of ours; `first` and `second` are of ours too."""

    def __init__(self, ours: Organisation, theirs: Organisation) -> None:
        self.ours, self.theirs = ours, theirs
        self.reporter, self.first = make_member(ours, "coordinator"), make_member(ours, "coordinator")
        self.second = make_member(ours, "approver")
        self.room = make_pledge(theirs, units_total=3, blind_email=b"same")
        self.match, self.other = going(ours, self.room), going(theirs, self.room, "started")
        reported(self.match, ours, by=self.reporter.user.actor)
        self.incident = Incident.objects.get()

    def does(self, deed: Callable[..., Incident], member: Member, incident: Incident | None = None) -> Incident:
        words: dict[str, Any] = {"organisation": member.organisation, "by": member.user.actor, "at": LATER}
        return deed(incident=incident or self.incident, **words)

    def refuses(self, deed: Callable[..., Incident], member: Member) -> str:
        with pytest.raises(Refusal) as refused:
            self.does(deed, member)
        return refused.value.code

    def frozen(self) -> int:
        return Match.objects.filter(frozen=True).count()


@pytest.fixture
def scene(ours: Organisation, theirs: Organisation) -> Scene:
    return Scene(ours, theirs)


def test_two_people_lift_it_and_it_goes_on_from_where_it_stood(scene: Scene) -> None:
    scene.does(ask_to_lift, scene.first)
    assert scene.frozen() == 2
    assert scene.does(lift, scene.second).status == "lifted"
    assert scene.frozen() == 0
    match = Match.objects.get(pk=scene.match.pk)
    assert (match.status, match.hold_expires_at) == ("proposed", LATER + timedelta(days=5))
    assert Match.objects.get(pk=scene.other.pk).status == "started"
    actions = AuditEntry.objects.filter(object_id=match.pk, action__startswith="match.").order_by("pk")
    assert list(actions.values_list("action", "actor"))[-3:] == [
        ("match.frozen", scene.reporter.user.actor),
        ("match.lift_asked", scene.first.user.actor),
        ("match.lifted", scene.second.user.actor),
    ]


def test_the_offers_stay_stopped_until_they_are_checked_anew(scene: Scene) -> None:
    scene.does(ask_to_lift, scene.first)
    scene.does(lift, scene.second)
    assert Pledge.objects.get(pk=scene.room.pk).status == "suspended"
    with pytest.raises(Refusal) as refused:
        agree(match=scene.match, organisation=scene.ours, by="user:1", at=LATER)
    assert refused.value.code == "pledge_stopped"
    Pledge.objects.filter(pk=scene.room.pk).update(status="active")
    agree(match=scene.match, organisation=scene.ours, by="user:1", at=LATER)
    assert accept(match=scene.match, organisation=scene.theirs, by="user:2", at=LATER).status == "provider_accepted"


def test_neither_is_the_one_who_reported_and_they_are_two(scene: Scene) -> None:
    assert scene.refuses(ask_to_lift, scene.reporter) == "second_person_needed"
    assert scene.refuses(lift, scene.first) == "illegal_transition"
    scene.does(ask_to_lift, scene.first)
    assert scene.refuses(lift, scene.first) == "second_person_needed"
    assert scene.refuses(lift, scene.reporter) == "second_person_needed"
    assert scene.frozen() == 2


def test_the_database_refuses_one_person_as_both(scene: Scene) -> None:
    for asked, lifted in (("user:5", "user:5"), (scene.reporter.user.actor, "user:5"), ("", "user:5"), ("user:5", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Incident.objects.update(status="lifted", asked_by=asked, lifted_by=lifted)


def test_the_side_it_is_about_lifts_nothing(scene: Scene) -> None:
    them = make_member(scene.theirs, "coordinator")
    for deed in (take_up, ask_to_lift, keep_frozen, lift):
        assert scene.refuses(deed, them) == "not_your_side"


def test_the_operator_speaks_first_only_for_a_side_that_has_nobody_else(scene: Scene) -> None:
    operator = make_operator()
    first, second = make_member(operator, "coordinator"), make_member(operator, "approver")
    assert scene.refuses(ask_to_lift, first) == "not_your_side"
    Member.objects.filter(pk__in=[scene.first.pk, scene.second.pk]).update(left_at=NOW)
    scene.does(ask_to_lift, first)
    assert scene.does(lift, second).status == "lifted"


def test_the_second_may_keep_it_frozen_and_the_first_take_it_back(scene: Scene) -> None:
    for who in (scene.second, scene.first):
        scene.does(ask_to_lift, scene.first)
        kept = scene.does(keep_frozen, who)
        assert (kept.status, kept.asked_by) == ("standing", "")
    assert scene.frozen() == 2


def test_what_another_report_froze_too_stays_frozen(scene: Scene) -> None:
    reported(scene.other, scene.theirs, by="user:77", why="exposure")
    for left in (2, 0):
        incident = Incident.objects.standing().order_by("created_at", "pk").first()
        assert incident is not None
        people = [make_member(incident.organisation, "coordinator") for _ in range(2)]
        scene.does(ask_to_lift, people[0], incident)
        scene.does(lift, people[1], incident)
        assert scene.frozen() == left


def test_one_that_was_called_off_meanwhile_stays_over(scene: Scene) -> None:
    cancel(match=scene.match, organisation=scene.ours, by="user:1", at=NOW)
    scene.does(ask_to_lift, scene.first)
    scene.does(lift, scene.second)
    match = Match.objects.get(pk=scene.match.pk)
    assert (match.status, match.frozen, match.hold_expires_at) == ("canceled", False, None)


def test_the_second_person_is_written_to_and_who_looks_after_it_ends_the_calls(scene: Scene) -> None:
    OutboxRow.objects.all().delete()
    assert scene.does(take_up, scene.reporter).taken_by == scene.reporter.user.actor
    assert scene.does(take_up, scene.first).taken_by == scene.reporter.user.actor
    scene.does(ask_to_lift, scene.first)
    told = OutboxRow.objects.filter(kind=INCIDENT_MAIL).values_list("object_id", flat=True)
    assert list(told) == [f"{scene.incident.pk}:{scene.second.user_id}"]


def test_the_pages_lead_two_people_through_it(scene: Scene) -> None:
    pages = {who: console_client(who) for who in (scene.reporter, scene.first, scene.second)}
    path = f"/console/incidents/{scene.incident.pk}/"
    assert "1 incident" in pages[scene.first].get("/console/").content.decode()
    assert "Violence" in pages[scene.first].get("/console/incidents/").content.decode()
    assert "It may go on" not in pages[scene.reporter].get(path).content.decode()
    assert "I look after it" in pages[scene.reporter].get(path).content.decode()
    pages[scene.first].post(f"{path}ask/")
    said = pages[scene.second].get(path).content.decode()
    assert "Lift it" in said
    assert "1 match of other organisations stands still too." in said
    assert "Lift it" not in pages[scene.first].get(path).content.decode()
    assert "Lifted." in pages[scene.second].post(f"{path}lift/", follow=True).content.decode()
    assert scene.frozen() == 0
    assert "Nothing stands still" in pages[scene.first].get("/console/incidents/").content.decode()


def test_the_other_side_sees_that_it_stands_still_and_not_why(scene: Scene) -> None:
    them = console_client(make_member(scene.theirs, "coordinator"))
    path = f"/console/incidents/{scene.incident.pk}/"
    told = ('<td data-label="What it is about">Violence', "<h1>Violence", "for the person<")
    words = (*told, scene.reporter.user.actor, "I look after it", "It may go on")
    for address in ("/console/incidents/", path, f"/console/matches/{scene.match.pk}/"):
        said = them.get(address).content.decode()
        assert not [word for word in words if word in said]
        assert "still" in said
    for deed in ("take", "ask", "lift", "keep"):
        assert them.post(f"{path}{deed}/").status_code == 404
    assert console_client(make_member(make_organisation("Stranger"), "coordinator")).get(path).status_code == 404


def test_it_is_reported_on_the_page_of_the_match(ours: Organisation, theirs: Organisation) -> None:
    match = going(ours, make_pledge(theirs), "contact_disclosed")
    approver = make_member(ours, "approver")
    browser, path = console_client(approver), f"/console/matches/{match.pk}/"
    assert "Help has begun" in console_client(make_member(ours, "caseworker")).get(path).content.decode()
    refused = browser.post(f"{path}safety-report/", {"side": "person", "concern": "he hit me"}, follow=True)
    assert "Choose a reason from the list." in refused.content.decode()
    fields = {"side": "person", "concern": "violence"}
    assert "This stands still for safety" in browser.post(f"{path}safety-report/", fields, follow=True).content.decode()
    said = console_client(make_member(ours, "caseworker")).get(path).content.decode()
    assert "Help has begun" not in said
    assert "Call it off" in said
    assert Incident.objects.get().by == approver.user.actor


@pytest.mark.django_db(transaction=True)
def test_two_who_lift_and_one_who_reports_at_that_moment_leave_nothing_loose() -> None:
    scene = Scene(make_organisation("Ours"), make_organisation("Theirs"))
    scene.does(ask_to_lift, scene.first)
    another = make_member(make_operator(), "approver")
    deeds: list[Callable[[], object]] = [
        lambda: scene.does(lift, scene.second),
        lambda: scene.does(lift, another),
        lambda: reported(scene.other, scene.theirs, by="user:77", at=LATER),
    ]
    assert set(all_at_once(deeds)) == {"done"}
    assert scene.frozen() == 2
    assert Incident.objects.filter(status="lifted").count() == 1
    need = make_need(scene.ours)
    with pytest.raises(Refusal):
        propose(need_id=need.pk, pledge_id=scene.room.pk, organisation=scene.ours, by="user:1", at=LATER)
