"""Applying a plan: pair by pair, each under its own locks, each judged again by every rule; linked needs together.

What has become impossible meanwhile is lost: its need stays in the pool, and the assignment says what changed. A crash
between two pairs loses nothing: the next try goes on with those that are still planned.
"""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kernel import audit
from kernel.outbox import enqueue
from kernel.states import Refusal
from offers.matching.deeds.proposing import propose
from offers.matching.models import Match
from offers.matching.runs.changes import SENTENCES
from offers.matching.runs.linked import must_be_together, with_linked
from offers.matching.runs.models import Assignment, MatchingRun, Outcome, RunStatus
from offers.matching.runs.order import steps
from offers.matching.runs.replacing import let_go, lock_in_order

APPLY = "matching.apply"
SECONDS_TO_ANSWER = 5.0  # a small plan is carried out before its answer is read; the worker goes on with a larger one


@transaction.atomic
def ask_to_apply(*, run: MatchingRun, by: str, at: datetime, needs: Collection[str] | None = None) -> MatchingRun:
    """Have the plan of a run carried out, or the pairs of these needs and of those linked with them.

    Done twice, it changes nothing. Raises Refusal `no_plan`, `plan_let_go`, and `unknown_reference` for a need that is
    not in the plan.
    """
    run = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if run.status != RunStatus.SUCCEEDED:
        raise Refusal("no_plan", _("There is no plan to apply: the run has not succeeded."), state=str(run.status))
    if run.thinned_at is not None:
        if run.applied_at is not None:
            return run
        raise Refusal("plan_let_go", _("This plan is too old and was let go. Start a new run."))
    wanted = run.assignments.all() if needs is None else run.assignments.filter(need_id__in=needs)
    if needs is not None and wanted.count() != len(set(needs)):
        raise Refusal("unknown_reference", _("One of these needs is not in this plan."), "needs")
    if needs is not None:
        wanted = with_linked(run, wanted)
    asked = wanted.filter(outcome=Outcome.PLANNED, asked_by="").update(asked_by=by)
    if not asked and (needs is not None or run.apply_asked_at is not None):
        return run
    first = {"applied_by": by, "apply_asked_at": at} if run.apply_asked_at is None else {}
    MatchingRun.objects.filter(pk=run.pk).update(**first, updated_at=at)
    run.refresh_from_db()
    audit.record(by, "run.applied", run.pk, at=at)
    enqueue(APPLY, run.pk)
    return run


@dataclass(frozen=True, slots=True)
class Applied:
    """How far applying is. `planned`: not tried yet; `waiting`: asked for, of these; `changed`: lost, by code."""

    proposed: int
    lost: int
    planned: int
    waiting: int
    changed: dict[str, int]


def applied(run: MatchingRun) -> Applied:
    """Count what became of the pairs of a plan (one query)."""
    counts: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    asked = Count("id", filter=~Q(asked_by=""))
    rows = run.assignments.order_by().values_list("outcome", "why").annotate(count=Count("id"), asked=asked)
    for outcome, why, count, wanted in rows:
        counts[outcome] += count
        if outcome == Outcome.PLANNED:
            counts["waiting"] = wanted
        elif outcome == Outcome.LOST:
            changed[why] += count
    in_order = dict(sorted(changed.items(), key=lambda one: (-one[1], one[0])))
    return Applied(counts["proposed"], counts["lost"], counts["planned"], counts["waiting"], in_order)


def apply_for(run: MatchingRun, *, seconds: float) -> bool:
    """Carry out what was asked for, the most urgent first, for so many seconds; return whether all of it is done.

    Runs outside any transaction: each pair is one of its own, and the pairs of a bundle are one.
    """
    until = time.monotonic() + seconds
    todo = run.assignments.filter(outcome=Outcome.PLANNED).exclude(asked_by="")
    for together in steps(todo):
        if time.monotonic() >= until:
            return False
        for pk in _apply(together, at=timezone.now()):
            _apply([pk], at=timezone.now())
    _say_when_all_is_done(run.pk, at=timezone.now())
    return True


@transaction.atomic
def _say_when_all_is_done(run_id: str, *, at: datetime) -> None:
    """Note when every pair was tried; a plan of which some pairs were left alone is not applied as a whole."""
    run = MatchingRun.objects.select_for_update().get(pk=run_id)
    if run.applied_at is None and not run.assignments.filter(outcome=Outcome.PLANNED).exists():
        MatchingRun.objects.filter(pk=run.pk).update(applied_at=at, updated_at=at)


@transaction.atomic
def _apply(together: Sequence[int], *, at: datetime) -> list[int]:
    """Turn assignments into matches, all of them or none, or write down why they were lost.

    Returns those that are worth trying one by one: proposals that could not change places.
    """
    rows = list(Assignment.objects.select_for_update().filter(pk__in=together, outcome=Outcome.PLANNED).order_by("pk"))
    asked: Assignment | None = None
    try:
        with transaction.atomic():
            lock_in_order(rows)
            let_go(rows, at=at)
            for asked in rows:
                asked.match = _proposed(asked, at=at)
            asked = None
            must_be_together([one.match for one in rows if one.match])
    except Refusal as refused:
        if len(rows) > 1 and all(one.instead_of_id for one in rows):
            return [one.pk for one in rows]
        for one in rows:
            one.outcome, one.match = Outcome.LOST, None
            one.why = _what_changed(refused) if asked in (one, None) else "linked_lost"
    else:
        for one in rows:
            one.outcome = Outcome.PROPOSED
    Assignment.objects.bulk_update(rows, ["outcome", "why", "match"])
    return []


def _proposed(one: Assignment, *, at: datetime) -> Match:
    """Propose one pair as it was planned. Raises Refusal."""
    match = propose(
        need_id=one.need_id,
        pledge_id=one.pledge_id,
        organisation=one.need.organisation,
        by=one.asked_by,
        at=at,
        units=one.units,
        prefer=_units_of(one),
    )
    _must_be_as_planned(one, match)
    return match


def _units_of(one: Assignment) -> list[int]:
    """Return the units planned for this pair and, should one be gone, those that no other pair waits for."""
    others = Assignment.objects.filter(run=one.run_id, pledge=one.pledge_id, outcome=Outcome.PLANNED).exclude(pk=one.pk)
    theirs = {unit for units in others.values_list("unit_numbers", flat=True) for unit in units}
    every = range(1, one.pledge.units_total + 1)
    return [*one.unit_numbers, *(unit for unit in every if unit not in theirs)]


def _must_be_as_planned(one: Assignment, match: Match) -> None:
    """Raise Refusal `need_changed` if somebody wrote to the need since the snapshot: it may be asked for otherwise.

    Called while the need is locked; proposing has raised its version by one, and so has ending what it stands in for.
    Of the pledge no version is compared: it rises with each of its units that this very plan gives away, and the rules
    have just been asked.
    """
    if match.need.version != one.need_version + (2 if one.instead_of_id else 1):
        raise Refusal("need_changed", SENTENCES["need_changed"])


def _what_changed(refused: Refusal) -> str:
    """Name what a refusal means for a pair that fitted when it was planned: a rule's code, or the refusal's."""
    if refused.code == "illegal_transition":
        return "need_not_open"
    if refused.code == "unknown_reference":  # to whom it does not belong a pledge that no longer fits is no pledge
        return "pledge_changed"
    return str(refused.facts.get("rule", refused.code))
