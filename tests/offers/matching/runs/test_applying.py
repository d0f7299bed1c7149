"""Applying a plan: pair by pair; what the world moved past is lost, and the assignment says what changed."""

from datetime import date, timedelta

import pytest

from kernel.accounts.models import Organisation
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from offers.matching.deeds import agree, propose
from offers.matching.runs.applying import applied as applied_so_far
from offers.matching.runs.applying import apply_for, ask_to_apply
from offers.matching.runs.changes import sentence_of
from offers.matching.runs.jobs import apply_run
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.thinning import thin_run
from offers.models import Hold, Match, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import asked, made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows of these tests lie in a November of their own."""
    monkeypatch.setattr("offers.matching.runs.applying.timezone.now", lambda: NOW)


def applied(run: MatchingRun) -> list[tuple[str, str]]:
    """Apply a plan and return what became of its pairs."""
    ask_to_apply(run=run, by="client:op", at=NOW)
    run.refresh_from_db()
    assert apply_for(run, seconds=60)
    run.refresh_from_db()
    assert run.applied_at is not None
    return list(run.assignments.order_by("id").values_list("outcome", "why"))


def test_each_pair_becomes_a_match_of_its_owner(
    operator: Organisation, ours: Organisation, theirs: Organisation
) -> None:
    needs = [make_need(ours), make_need(theirs)]
    pledge = make_pledge(theirs, units_total=2)
    run = made(operator)
    assert applied(run) == [("proposed", "")] * 2
    matches = {match.need_id: match for match in Match.objects.all()}
    assert set(matches) == {need.pk for need in needs}
    assert {match.status for match in matches.values()} == {"proposed"}
    assert {row.by for match in matches.values() for row in match.history.all()} == {"client:op"}
    pledge.refresh_from_db()
    assert pledge.units_held == 2
    assert {row.match_id for row in run.assignments.all()} == {match.pk for match in matches.values()}


def test_applying_twice_does_it_once(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    run = made(operator)
    applied(run)
    assert applied(run) == [("proposed", "")]
    assert Match.objects.count() == 1


def test_a_pledge_that_was_taken_meanwhile_is_lost_and_its_need_stays_open(
    operator: Organisation, ours: Organisation, theirs: Organisation
) -> None:
    need = make_need(ours)
    pledge = make_pledge(theirs)
    run = made(operator)
    other = make_need(theirs)
    propose(need_id=other.pk, pledge_id=pledge.pk, organisation=theirs, by="user:9", at=NOW)
    assert applied(run) == [("lost", "capacity_taken")]
    need.refresh_from_db()
    assert need.status == "open"
    assert Match.objects.count() == 1


def test_a_pledge_that_no_longer_fits_is_lost(operator: Organisation, ours: Organisation, theirs: Organisation) -> None:
    make_need(ours)
    own = make_pledge(ours)
    run = made(operator)
    Pledge.objects.filter(pk=own.pk).update(status="paused")
    assert applied(run) == [("lost", "pledge_inactive")]
    Pledge.objects.update(status="paused")
    pledge = make_pledge(theirs)
    run = made(operator)
    Pledge.objects.filter(pk=pledge.pk).update(languages=["de"])
    assert applied(run) == [("lost", "pledge_changed")]


def test_a_need_that_was_edited_or_placed_meanwhile_is_lost(operator: Organisation, ours: Organisation) -> None:
    edited, placed = make_need(ours), make_need(ours, urgency="urgent")
    make_pledge(ours, units_total=2)
    run = made(operator)
    Need.objects.filter(pk=edited.pk).update(version=2)
    elsewhere = make_pledge(ours)
    propose(need_id=placed.pk, pledge_id=elsewhere.pk, organisation=ours, by="user:9", at=NOW)
    assert applied(run) == [("lost", "need_not_open"), ("lost", "need_changed")]
    edited.refresh_from_db()
    assert (edited.status, edited.version) == ("open", 2)
    assert Match.objects.count() == 1


def test_what_was_not_reached_in_time_is_promised_again(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    run = made(operator)
    run = ask_to_apply(run=run, by="client:op", at=NOW)
    assert not apply_for(run, seconds=0)
    assert run.assignments.get().outcome == "planned"
    rows = OutboxRow.objects.filter(kind="matching.apply", object_id=run.pk)
    assert rows.count() == 1
    apply_run(run.pk)
    assert run.assignments.get().outcome == "proposed"
    apply_run(run.pk)
    assert rows.count() == 1


def test_a_run_that_is_no_dry_run_is_applied_when_it_succeeds(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    run = made(operator, dry_run=False)
    assert (run.applied_by, run.apply_asked_at is not None) == ("client:op", True)
    assert OutboxRow.objects.filter(kind="matching.apply", object_id=run.pk).exists()


def test_there_is_nothing_to_apply_without_a_plan(operator: Organisation, ours: Organisation) -> None:
    with pytest.raises(Refusal) as refused:
        ask_to_apply(run=asked(operator), by="client:op", at=NOW)
    assert refused.value.code == "no_plan"
    run = made(operator)
    thin_run(run, at=NOW + timedelta(days=31))
    with pytest.raises(Refusal) as refused:
        ask_to_apply(run=run, by="client:op", at=NOW)
    assert refused.value.code == "plan_let_go"


def test_one_pair_is_applied_and_the_others_stay_planned(operator: Organisation, ours: Organisation) -> None:
    needs = [make_need(ours).pk for _ in range(3)]
    make_pledge(ours, units_total=3)
    run = made(operator)
    for _twice in range(2):
        ask_to_apply(run=run, by="user:7", at=NOW, needs=needs[:1])
        assert apply_for(run, seconds=60)
    told = applied_so_far(run)
    assert (told.proposed, told.planned, told.waiting) == (1, 2, 0)
    run.refresh_from_db()
    assert run.applied_at is None
    assert [row.by for row in Match.objects.get().history.all()] == ["user:7"]
    assert applied(run) == [("proposed", "")] * 3


def test_a_need_that_is_not_in_the_plan_cannot_be_applied(operator: Organisation, ours: Organisation) -> None:
    placed, left = make_need(ours, urgency="urgent"), make_need(ours, urgency="planned")
    make_pledge(ours)
    run = made(operator)
    with pytest.raises(Refusal) as refused:
        ask_to_apply(run=run, by="user:7", at=NOW, needs=[placed.pk, left.pk])
    assert (refused.value.code, refused.value.field) == ("unknown_reference", "needs")
    assert not run.assignments.exclude(asked_by="").exists()


def two_lots(house: Organisation) -> tuple[MatchingRun, Need, Need]:
    """Two rooms, the first of them held from March on: an early need may have either, a late one the second alone."""
    pledge = make_pledge(
        house, units_total=2, availability=[{"from": "2026-11-25", "until": "2027-12-01"}], confirm_by=date(2027, 12, 1)
    )
    spring = {"window_from": date(2027, 3, 1), "window_until": date(2027, 3, 8)}
    guest = make_need(house, **spring)
    match = propose(need_id=guest.pk, pledge_id=pledge.pk, organisation=house, by="user:9", at=NOW, prefer=[2])
    agree(match=match, organisation=house, by="user:9", at=NOW)  # from now on no plan moves it
    early, late = make_need(house, urgency="planned"), make_need(house, urgency="urgent", **spring)
    return made(house), early, late


def test_it_takes_the_units_that_were_planned(operator: Organisation) -> None:
    run, early, late = two_lots(operator)
    planned = dict(run.assignments.values_list("need_id", "unit_numbers"))
    assert planned[late.pk] == [1]
    assert planned[early.pk] == [2], "the lowest free number is not the one that was planned"
    ask_to_apply(run=run, by="user:7", at=NOW, needs=[early.pk])
    assert apply_for(run, seconds=60)
    assert applied(run) == [("proposed", "")] * 2
    held = dict(Hold.objects.filter(match__need__in=planned).values_list("match__need", "unit"))
    assert held == {early.pk: 2, late.pk: 1}


def test_one_whose_unit_is_gone_leaves_the_others_theirs(operator: Organisation) -> None:
    pledge = make_pledge(operator, units_total=3)
    first, second = make_need(operator, urgency="urgent"), make_need(operator, urgency="soon")
    run = made(operator)
    assert dict(run.assignments.values_list("need_id", "unit_numbers")) == {first.pk: [1], second.pk: [2]}
    guest = make_need(operator)
    propose(need_id=guest.pk, pledge_id=pledge.pk, organisation=operator, by="user:9", at=NOW)  # takes the first room
    assert applied(run) == [("proposed", "")] * 2
    held = dict(Hold.objects.filter(live=True).values_list("match__need", "unit"))
    assert held == {guest.pk: 1, first.pk: 3, second.pk: 2}


def test_every_change_is_said_in_a_sentence(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    pledge = make_pledge(operator)
    run = made(operator)
    other = make_need(operator)
    propose(need_id=other.pk, pledge_id=pledge.pk, organisation=operator, by="user:9", at=NOW)
    applied(run)
    told = applied_so_far(run)
    assert told.changed == {"capacity_taken": 1}
    assert sentence_of("capacity_taken") == "The units were taken by somebody else."
    assert sentence_of("pledge_inactive") == "The offer is not active, or its checks or confirmation are out of date."
