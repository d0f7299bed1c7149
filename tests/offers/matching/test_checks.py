"""Both sides are asked how it goes, once each time, and one word of theirs is enough for somebody to act."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.outbox.drain import drain
from kernel.outbox.registry import REPEATED
from kernel.states import Refusal
from offers.matching.checks.answering import answer_by_link, answer_check, look_after
from offers.matching.checks.asking import tend_checks
from offers.matching.checks.rhythm import due_by
from offers.matching.deeds import cancel, complete
from offers.matching.erasing import erase_need, erase_pledge
from offers.matching.exporting import export_need, export_pledge
from offers.matching.safety.reporting import report_concern
from offers.models import Incident, Match, PlacementCheck
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.killing import killed_at_each_write
from tests.offers.matching.asked import ADDRESS, fresh
from tests.offers.matching.begun import asked_check, begun_match

pytestmark = pytest.mark.django_db
BEGAN = date(2026, 3, 1)


def later(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def letters(days: float = 0.01) -> list[tuple[str, str]]:
    mail.outbox.clear()
    with time_machine.travel(later(days), tick=True):
        drain()
    return [(one.to[0], one.subject) for one in mail.outbox if one.subject != "One short question"]


def asked(match: Match) -> list[tuple[str, str, bool]]:
    rows = PlacementCheck.objects.filter(match=match).order_by("pk")
    return sorted((row.side, row.step, row.ended_at is None) for row in rows)


def test_it_is_due_on_the_first_days_after_a_week_and_every_month() -> None:
    when = {day: due_by(BEGAN, BEGAN + timedelta(days=day)) for day in range(100)}
    assert when[0] is None
    days = [(due.on - BEGAN).days for due in dict.fromkeys(when.values()) if due is not None]
    assert days == [1, 7, 30, 60, 90]
    assert {due.step.value for due in when.values() if due} == {"first", "week", "month"}


def test_both_sides_are_asked_once_each_time_whatever_stood_still() -> None:
    match = begun_match(days_ago=0)
    letters()
    assert tend_checks() == 0
    assert [tend_checks(later(1)) for _ in range(2)] == [2, 0]
    assert asked(match) == [("person", "first", True), ("provider", "first", True)]
    assert letters(1) == [(ADDRESS, "How is it going?")]
    assert tend_checks(later(75)) == 2  # the worker stood still for two months: it asks for the latest day alone
    assert [row for row in asked(match) if row[2]] == [("person", "month", True), ("provider", "month", True)]
    assert PlacementCheck.objects.count() == 4


def test_a_provider_without_an_address_is_asked_by_whoever_brought_the_offer() -> None:
    steward = make_member(make_operator(), role="coordinator")
    begun_match(make_partner(), by_mail=False)
    tend_checks()
    assert not PlacementCheck.objects.get(side="provider").by_mail
    assert letters() == []
    with time_machine.travel(later(1.1), tick=True):
        tend_checks()
    assert letters(1.2) == [(steward.user.email, "An answer is awaited")]


def test_who_is_silent_is_reminded_once_and_then_shown() -> None:
    caseworker = make_member(make_partner())
    check = asked_check("person", owner=caseworker.organisation)
    letters()
    for days in (0.9, 1.1, 1.2):
        with time_machine.travel(later(days), tick=True):
            tend_checks()
    provider, staff = (ADDRESS, "How is it going? Once more"), (caseworker.user.email, "An answer is awaited")
    assert sorted(letters(1.3)) == sorted([provider, staff])
    check.refresh_from_db()
    assert (check.is_overdue(later(2.9)), check.is_overdue(later(3.1))) == (False, True)
    tend_checks(later(6.5))
    week = PlacementCheck.objects.get(side="person", step="week")
    assert (week.unanswered, week.is_overdue(later(6.5))) == (1, True)


def test_one_word_is_the_answer_and_the_first_one_counts() -> None:
    check = asked_check("provider")
    for _ in range(2):
        answer_by_link(check=check, answer="fine", at=timezone.now())
    check.refresh_from_db()
    assert (check.answer, check.answered_by) == ("fine", f"provider:{check.match.pledge_id}")
    with pytest.raises(Refusal) as refused:
        answer_by_link(check=check, answer="wants_to_stop", at=timezone.now())
    assert refused.value.code == "answered_already"
    entry = AuditEntry.objects.get(action="check.answered")
    assert (entry.actor, "fine" in str(vars(entry))) == (f"provider:{check.match.pledge_id}", False)
    with pytest.raises(Refusal) as refused:
        answer_by_link(check=check, answer="she is afraid", at=timezone.now())
    assert refused.value.code == "invalid_choice"


@pytest.mark.parametrize("side", ["person", "provider"])
def test_what_is_not_safe_is_an_incident_from_either_side(side: str) -> None:
    check = asked_check(side, owner=make_partner())
    house = check.match.need.organisation if side == "person" else check.match.pledge.organisation
    answer_check(check=check, organisation=house, answer="unsafe", by="user:7", at=timezone.now())
    incident = Incident.objects.get()
    assert (incident.side, incident.by, fresh(check.match).frozen) == (side, "user:7", True)
    assert PlacementCheck.objects.get(pk=check.pk).answer == "unsafe"


def test_that_it_is_not_safe_is_heard_after_another_answer_too() -> None:
    check = asked_check("provider")
    answer_by_link(check=check, answer="fine", at=timezone.now())
    answer_by_link(check=check, answer="unsafe", at=timezone.now())
    assert fresh(check.match).frozen
    assert PlacementCheck.objects.get(pk=check.pk).answer == "fine"


def test_who_needs_help_is_looked_after_by_name_once() -> None:
    ours, theirs = make_member(make_partner()), make_member(make_operator(), role="coordinator")
    check = asked_check("provider", owner=ours.organisation)
    letters()
    answer_by_link(check=check, answer="needs_help", at=timezone.now())
    assert letters() == [(theirs.user.email, "Somebody asks to be looked after")]
    assert PlacementCheck.objects.to_look_after().count() == 1
    with pytest.raises(Refusal) as refused:
        look_after(check=check, organisation=ours.organisation, by=ours.user.actor, at=timezone.now())
    assert refused.value.code == "not_your_side"
    for _ in range(2):
        look_after(check=check, organisation=theirs.organisation, by=theirs.user.actor, at=timezone.now())
    assert PlacementCheck.objects.to_look_after().count() == 0
    assert AuditEntry.objects.filter(action="check.looked_after", actor=theirs.user.actor).count() == 1


def test_both_sides_hear_that_it_is_to_end() -> None:
    ours, theirs = make_member(make_partner()), make_member(make_operator(), role="coordinator")
    check = asked_check("person", owner=ours.organisation)
    letters()
    answer_check(
        check=check, organisation=ours.organisation, answer="wants_to_stop", by=ours.user.actor, at=timezone.now()
    )
    assert [to for to, _subject in letters()] == [theirs.user.email]  # who wrote it down knows


def test_nobody_speaks_for_the_other_side() -> None:
    check = asked_check("person", owner=make_partner())
    house = check.match.pledge.organisation
    for answer in ("fine", "unsafe"):
        with pytest.raises(Refusal) as refused:
            answer_check(check=check, organisation=house, answer=answer, by="user:9", at=timezone.now())
        assert refused.value.code == "not_your_side"
    assert not fresh(check.match).frozen


@pytest.mark.parametrize("ends", [complete, cancel])
def test_checks_end_with_the_help(ends: Callable[..., object]) -> None:
    check = asked_check("provider")
    ends(match=check.match, organisation=check.match.need.organisation, by="user:1", at=timezone.now())
    assert not PlacementCheck.objects.open().exists()
    letters()
    for answer in ("fine", "unsafe"):
        with pytest.raises(Refusal) as refused:
            answer_by_link(check=check, answer=answer, at=timezone.now())
        assert refused.value.code == "no_longer_asked"
    assert tend_checks(later(8)) == 0


def test_while_people_look_into_a_report_the_person_alone_is_asked() -> None:
    match = begun_match(days_ago=0)
    house = match.need.organisation
    report_concern(match=match, organisation=house, by="user:1", at=timezone.now(), side="person")
    assert tend_checks(later(1)) == 1
    assert PlacementCheck.objects.get().side == "person"


def test_they_go_with_the_provider_and_with_the_need() -> None:
    for erase, name in ((erase_pledge, "pledge"), (erase_need, "need")):
        check = asked_check("person")
        erase(**{name: getattr(check.match, name)}, by="user:1", at=timezone.now(), why="asked")
        assert not PlacementCheck.objects.filter(match=check.match).exists()


def test_each_side_is_told_what_it_was_asked_and_nothing_of_the_other() -> None:
    check = asked_check("provider", owner=make_partner())
    answer_by_link(check=check, answer="needs_help", at=timezone.now())
    told, other = export_pledge(check.match.pledge)["matches"][0], export_need(check.match.need)["matches"][0]
    assert [one["answer"] for one in told["checks"]] == ["needs_help"]
    assert [one["answer"] for one in other["checks"]] == [None]


def test_it_is_done_whole_or_not_at_all() -> None:
    match, at = begun_match(), timezone.now()
    house = match.need.organisation
    person = PlacementCheck.objects.create(
        match=match, side="person", step="first", due_on=at.date(), asked_at=at, reminded_at=at
    )
    assert killed_at_each_write(tend_checks) > 4  # what is left to do is one side's
    provider = PlacementCheck.objects.get(side="provider")
    assert killed_at_each_write(lambda: tend_checks(later(1.1))) == 2
    assert killed_at_each_write(lambda: answer_by_link(check=provider, answer="wants_to_stop", at=at)) > 1
    look = {"check": provider, "organisation": house, "by": "user:2", "at": at}
    assert killed_at_each_write(lambda: look_after(**look)) > 1
    unsafe = {"check": person, "organisation": house, "answer": "unsafe", "by": "user:1", "at": at}
    assert killed_at_each_write(lambda: answer_check(**unsafe)) > 4


def test_the_database_refuses_a_second_open_check_of_a_side() -> None:
    check = asked_check("person")
    check.pk, check.due_on, check._state.adding = "chk_" + "b" * 26, check.due_on + timedelta(days=1), True
    with pytest.raises(IntegrityError), transaction.atomic():
        check.save(force_insert=True)


def test_it_runs_by_itself() -> None:
    assert "offers.matching.checks.asking.tend_checks" in {known.task for known in REPEATED.values()}
