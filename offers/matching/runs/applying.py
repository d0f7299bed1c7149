"""Applying a plan: pair by pair, each under its own locks, each judged again by every rule.

What has become impossible meanwhile is lost: its need stays in the pool, and the assignment says what changed. A crash
between two pairs loses nothing: the next try goes on with those that are still planned.
"""

import time
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kernel import audit
from kernel.outbox import enqueue
from kernel.states import Refusal
from offers.matching.deeds.proposing import propose
from offers.matching.models import Match
from offers.matching.runs.models import Assignment, MatchingRun, Outcome, RunStatus

APPLY = "matching.apply"


@transaction.atomic
def ask_to_apply(*, run: MatchingRun, by: str, at: datetime) -> MatchingRun:
    """Have the plan of a run carried out. Done twice, it changes nothing. Raises Refusal `no_plan`, `plan_let_go`."""
    run = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if run.status != RunStatus.SUCCEEDED:
        raise Refusal("no_plan", "There is no plan to apply: the run has not succeeded.", state=str(run.status))
    if run.apply_asked_at is not None:
        return run
    if run.thinned_at is not None:
        raise Refusal("plan_let_go", "This plan is too old and was let go. Start a new run.")
    MatchingRun.objects.filter(pk=run.pk).update(applied_by=by, apply_asked_at=at, updated_at=at)
    run.refresh_from_db()
    audit.record(by, "run.applied", run.pk, at=at)
    enqueue(APPLY, run.pk)
    return run


def apply_for(run: MatchingRun, *, seconds: float) -> bool:
    """Carry out what is still planned, the most urgent first, for so many seconds; return whether all is done.

    Runs outside any transaction: each pair is one of its own.
    """
    until = time.monotonic() + seconds
    todo = run.assignments.filter(outcome=Outcome.PLANNED)
    for pk in list(todo.order_by("id").values_list("pk", flat=True)):
        if time.monotonic() >= until:
            return False
        _apply_one(pk, by=run.applied_by, at=timezone.now())
    MatchingRun.objects.filter(pk=run.pk, applied_at=None).update(applied_at=timezone.now(), updated_at=timezone.now())
    return True


@transaction.atomic
def _apply_one(pk: int, *, by: str, at: datetime) -> None:
    """Turn one assignment into a match, or write down why it was lost."""
    one = Assignment.objects.select_for_update().filter(pk=pk, outcome=Outcome.PLANNED).first()
    if one is None:
        return  # another process did it
    need = one.need
    try:
        with transaction.atomic():
            match = propose(
                need_id=one.need_id,
                pledge_id=one.pledge_id,
                organisation=need.organisation,
                by=by,
                at=at,
                units=one.units,
            )
            _must_be_as_planned(one, match)
    except Refusal as refused:
        one.outcome, one.why = Outcome.LOST, _what_changed(refused)
    else:
        one.outcome, one.match = Outcome.PROPOSED, match
    one.save(update_fields=["outcome", "why", "match"])


def _must_be_as_planned(one: Assignment, match: Match) -> None:
    """Raise Refusal `need_changed` if somebody wrote to the need since the snapshot: it may be asked for otherwise.

    Called while the need is locked; proposing has raised its version by one. Of the pledge no version is compared: it
    rises with each of its units that this very plan gives away, and the rules have just been asked.
    """
    if match.need.version != one.need_version + 1:
        raise Refusal("need_changed", "The need was changed after the plan was made.")


def _what_changed(refused: Refusal) -> str:
    """Name what a refusal means for a pair that fitted when it was planned: a rule's code, or the refusal's."""
    if refused.code == "illegal_transition":
        return "need_not_open"
    if refused.code == "unknown_reference":  # to whom it does not belong a pledge that no longer fits is no pledge
        return "pledge_changed"
    return str(refused.facts.get("rule", refused.code))
