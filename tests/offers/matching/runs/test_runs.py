"""A run: asked for, taken up once, planned, written; a process that dies leaves nothing behind."""

import json
from datetime import date, timedelta
from time import monotonic

import pytest

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.outbox.models import OutboxRow
from kernel.retention.registry import CLASSES
from kernel.states import Refusal
from offers.matching.deeds import agree, propose
from offers.matching.erasing import erase_need
from offers.matching.runs.asking import MOST_UNFINISHED, ask_what_if, cancel_run
from offers.matching.runs.beating import Beat, Over
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.jobs import ATTEMPTS, hand_back, sweep_runs
from offers.matching.runs.models import Assignment, MatchingRun
from offers.matching.runs.thinning import thin_run
from offers.models import Hold, Match
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import asked, made

pytestmark = pytest.mark.django_db


def test_it_is_promised_to_the_worker_by_its_id_alone(operator: Organisation) -> None:
    run = asked(operator)
    assert list(OutboxRow.objects.filter(kind="matching.run").values_list("object_id", flat=True)) == [run.pk]
    assert (run.status, run.dry_run, run.seed, run.time_limit_s) == ("queued", True, 1, 60)
    assert AuditEntry.objects.filter(action="run.asked", object_id=run.pk, actor="client:op").count() == 1


def test_it_is_for_the_operator_alone(ours: Organisation) -> None:
    with pytest.raises(Refusal) as refused:
        asked(ours)
    assert refused.value.code == "operator_only"


def test_so_many_are_made_at_once_and_no_more(operator: Organisation) -> None:
    waiting = [asked(operator) for _ in range(MOST_UNFINISHED)]
    taken = take_up(waiting[0].pk, at=NOW)
    with pytest.raises(Refusal, match="still being made") as refused:
        asked(operator)
    assert refused.value.code == "too_many_unfinished"
    cancel_run(run=waiting[1], by="client:op", at=NOW)
    assert asked(operator).status == "queued"
    with pytest.raises(Refusal):
        asked(operator)
    assert taken is not None
    done = carry_out(taken, beat=Beat(taken))
    assert ask_what_if(run=done, by="client:op", at=NOW).status == "queued"
    with pytest.raises(Refusal):
        ask_what_if(run=done, by="client:op", at=NOW)


def test_it_refuses_a_need_that_is_not_open(operator: Organisation, ours: Organisation) -> None:
    needs = [make_need(ours).pk, make_need(ours, status="draft").pk]
    with pytest.raises(Refusal) as refused:
        asked(operator, needs=needs)
    assert (refused.value.code, refused.value.field) == ("unknown_reference", "needs")


def test_it_plans_for_every_organisation_and_holds_nothing(
    operator: Organisation, ours: Organisation, theirs: Organisation
) -> None:
    urgent, other, third = make_need(ours, urgency="urgent"), make_need(theirs), make_need(theirs)
    room, flat = make_pledge(theirs), make_pledge(ours)
    run = made(operator)
    assert (run.status, run.progress, run.error, run.attempts) == ("succeeded", 1000, "", 1)
    rows = list(run.assignments.order_by("id"))
    assert rows[0].need_id == urgent.pk
    assert {row.need_id for row in rows} <= {urgent.pk, other.pk, third.pk}
    assert {row.pledge_id for row in rows} == {room.pk, flat.pk}
    assert [(row.starts_on, row.ends_on) for row in rows] == [(date(2026, 12, 1), date(2027, 1, 7))] * 2
    assert run.objective is not None
    assert run.objective | {"seconds": 0, "score": 0, "bound": 0, "blocking_pairs": 0} == {
        "needs": 3,
        "placed": 2,
        "persons_placed": 4,
        "by_urgency": {"emergency": 0, "urgent": 1, "soon": 1, "planned": 0},
        "score": 0,
        "blocking_pairs": 0,
        "edges": 6,
        "optimal": True,
        "bound": 0,
        "seconds": 0,
    }
    assert not Match.objects.exists()
    assert not Hold.objects.exists()


def test_it_asks_about_what_was_named_alone(operator: Organisation, ours: Organisation) -> None:
    first, second = make_need(ours, countries=None), make_need(ours, countries=None)
    make_need(ours, kind="legal", countries=None)
    make_pledge(ours, country="LT")
    away = make_pledge(ours, country="DE")
    run = made(operator, kinds=["housing"], countries=["DE"])
    assert [row.pledge_id for row in run.assignments.all()] == [away.pk]
    assert run.objective is not None
    assert run.objective["needs"] == 2
    run = made(operator, needs=[second.pk])
    assert [row.need_id for row in run.assignments.all()] == [second.pk] != [first.pk]


def test_it_parts_no_household(operator: Organisation, ours: Organisation) -> None:
    for _ in range(2):
        make_need(ours, bundle="bd_1")
    make_pledge(ours)
    assert not made(operator).assignments.exists()


def test_it_sees_what_is_held_already(operator: Organisation, ours: Organisation) -> None:
    held, waiting = make_need(ours), make_need(ours)
    pledge = make_pledge(ours)
    match = propose(need_id=held.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)
    agree(match=match, organisation=ours, by="user:1", at=NOW)
    assert not made(operator).assignments.exists()
    again = make_pledge(ours)
    assert [(row.need_id, row.pledge_id) for row in made(operator).assignments.all()] == [(waiting.pk, again.pk)]


def test_a_second_process_finds_nothing_to_do(operator: Organisation) -> None:
    run = asked(operator)
    assert take_up(run.pk, at=NOW) is not None
    assert take_up(run.pk, at=NOW) is None


def test_a_canceled_run_writes_no_plan(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    run = take_up(asked(operator).pk, at=NOW)
    assert run is not None
    cancel_run(run=run, by="client:op", at=NOW)
    with pytest.raises(Over):
        carry_out(run, beat=Beat(run))
    run = MatchingRun.objects.get(pk=run.pk)
    assert (run.status, run.objective, run.assignments.count()) == ("canceled", None, 0)
    assert cancel_run(run=run, by="client:op", at=NOW).status == "canceled"


def test_a_run_with_a_plan_cannot_be_canceled(operator: Organisation) -> None:
    with pytest.raises(Refusal) as refused:
        cancel_run(run=made(operator), by="client:op", at=NOW)
    assert refused.value.code == "illegal_transition"


def test_a_run_whose_process_died_is_taken_up_again_and_then_given_up(operator: Organisation) -> None:
    run = asked(operator)
    for attempt in range(1, ATTEMPTS + 1):
        taken = take_up(run.pk, at=NOW)
        assert taken is not None
        assert taken.attempts == attempt
        assert sweep_runs(NOW + timedelta(seconds=14)) == 0  # it may be alive
        assert sweep_runs(NOW + timedelta(seconds=16)) == 1
    run.refresh_from_db()
    assert (run.status, run.error) == ("failed", "process_died")
    assert OutboxRow.objects.filter(kind="matching.run", object_id=run.pk).count() == ATTEMPTS
    assert sweep_runs(NOW + timedelta(hours=1)) == 0
    assert [row.new for row in run.history.all()] == ["queued", "running", "queued", "running", "failed"]


def test_a_run_that_nobody_took_up_is_promised_again(operator: Organisation) -> None:
    run = asked(operator)
    assert sweep_runs(NOW + timedelta(seconds=29)) == 0
    assert sweep_runs(NOW + timedelta(seconds=31)) == 1
    assert OutboxRow.objects.filter(kind="matching.run", object_id=run.pk).count() == 2
    assert sweep_runs(NOW + timedelta(seconds=32)) == 0


def test_a_process_hands_back_its_own_attempt_alone(operator: Organisation) -> None:
    first = take_up(asked(operator).pk, at=NOW)
    assert first is not None
    assert hand_back(first, at=NOW)
    second = take_up(first.pk, at=NOW)
    assert second is not None
    assert not hand_back(first, at=NOW)
    assert hand_back(second, at=NOW)
    second.refresh_from_db()
    assert (second.status, second.error) == ("failed", "process_died")
    assert not hand_back(second, at=NOW)


def test_a_plan_of_an_earlier_process_is_not_written_over_a_later_one(
    operator: Organisation, ours: Organisation
) -> None:
    make_need(ours)
    make_pledge(ours)
    late = take_up(asked(operator).pk, at=NOW)
    assert late is not None
    hand_back(late, at=NOW)
    assert take_up(late.pk, at=NOW) is not None
    silent = Beat(late)
    silent._told = monotonic() + 60  # it is in the middle of a solver, and hears nothing
    with pytest.raises(Over):
        carry_out(late, beat=silent)
    assert MatchingRun.objects.get(pk=late.pk).status == "running"
    assert not Assignment.objects.exists()


def test_an_earlier_process_that_was_given_up_can_write_nothing(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    late = take_up(asked(operator).pk, at=NOW)
    assert late is not None
    sweep_runs(NOW + timedelta(seconds=16))
    with pytest.raises(Over):
        Beat(late).alive()
    second = take_up(late.pk, at=NOW)
    assert second is not None
    with pytest.raises(Over):
        Beat(late).alive()
    Beat(second).alive()


def test_erasing_a_need_takes_it_out_of_every_plan(operator: Organisation, ours: Organisation) -> None:
    need = make_need(ours)
    make_pledge(ours)
    run = made(operator)
    assert run.assignments.count() == 1
    erased = erase_need(need=need, by="user:1", at=NOW, why="asked")
    assert erased.gone["planned"] == 1
    assert not run.assignments.exists()


def test_after_a_month_a_run_keeps_its_figures_alone(operator: Organisation, ours: Organisation) -> None:
    need = make_need(ours)
    make_pledge(ours)
    run = made(operator, needs=[need.pk])
    assert CLASSES["matching.runs"].days == 30
    assert thin_run(run, at=NOW) == 1
    run.refresh_from_db()
    assert run.objective is not None
    assert run.objective["placed"] == 1
    stored = json.dumps([run.needs_named, run.prices, run.report, run.objective])
    assert need.pk not in stored
    assert not Assignment.objects.exists()
    assert thin_run(run, at=NOW) == 0
