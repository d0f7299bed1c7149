"""Making the plan of a run: read, ask the rules, solve, write. Nothing is held meanwhile: a kill leaves no hold."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kernel import audit
from kernel.states import move
from offers.kinds.registry import found
from offers.matching.plan.leftovers import groups, left_over
from offers.matching.plan.linked_proof import faults_of_links
from offers.matching.plan.measures import objective, report
from offers.matching.plan.network import Unsolved
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.placement import Placement
from offers.matching.plan.proof import faults, taken
from offers.matching.plan.value import TIERS, stays
from offers.matching.plan.whole import Plan, plan
from offers.matching.plan.wishes import Wishes, bent, unheard
from offers.matching.runs.applying import ask_to_apply
from offers.matching.runs.beating import Beat
from offers.matching.runs.models import Assignment, MatchingRun, Outcome, RunStatus
from offers.matching.runs.snapshot import Snapshot, snapshot_of
from offers.matching.runs.sweeping import unswept
from offers.needs.board.writing import write_rows

SYSTEM = "system"
_COLUMNS = (
    "run_id", "need_id", "pledge_id", "units", "lots", "unit_numbers", "starts_on", "ends_on", "score", "need_version",
    "pledge_version", "outcome", "asked_by", "why", "match_id", "instead_of_id",
)  # fmt: skip


def exclusive_kinds() -> frozenset[str]:
    """The kinds of which a household has a unit to itself."""
    return frozenset(word for word, kind in found().items() if kind.exclusive)


@transaction.atomic
def take_up(run_id: str, *, at: datetime) -> MatchingRun | None:
    """Move a queued run to running; None if there is nothing to do for anybody, or somebody was first."""
    run = MatchingRun.objects.select_for_update().filter(pk=run_id, status=RunStatus.QUEUED).first()
    if run is None:
        return None
    also = {"attempts": F("attempts") + 1, "beat_at": at, "progress": 0}
    move(run, to=RunStatus.RUNNING, by=SYSTEM, at=at, also=also)
    run.refresh_from_db()
    return run


@unswept()
def carry_out(run: MatchingRun, *, beat: Beat) -> MatchingRun:
    """Make the plan of a run that was taken up, and write it. Raises Over, and Unsolved if the solver gave up."""
    began = time.monotonic()
    seen = snapshot_of(run)
    wishes = Wishes.of(forbid=run.forbid, force=run.force)
    instance = bent(laid_out(seen.needs, seen.pledges, today=run.as_of, told=_between(beat, 0.05, 0.5)), wishes)
    made = plan(
        instance,
        exclusive=exclusive_kinds(),
        seed=run.seed,
        seconds=run.time_limit_s,
        told=_between(beat, 0.5, 0.95),
    )
    chosen = taken(made.placements)
    if faults(instance, chosen) or faults_of_links(instance, chosen):
        raise Unsolved("unsound")  # a plan that cannot be carried out is worse than none
    if unheard(wishes, _named(instance, made)):
        raise Unsolved("forced_pair_lost")  # it fits no longer, or the forced pairs stand in each other's way
    return _write(run, beat, seen, instance, made, seconds=time.monotonic() - began)


def _named(instance: Instance, made: Plan) -> Iterator[tuple[str, str]]:
    for one in made.placements:
        yield instance.needs[one.pair.need].id, instance.pledges[one.pair.pledge].id


def _between(beat: Beat, first: float, last: float) -> Callable[[float], None]:
    return lambda share: beat.told(first + (last - first) * share)


def _write(
    run: MatchingRun, beat: Beat, seen: Snapshot, instance: Instance, made: Plan, *, seconds: float
) -> MatchingRun:
    """Put the plan into words, then write it: while that lasts nobody else may write to the run, or to SQLite."""
    also = {
        "snapshot": seen.digest,
        "objective": objective(instance, made, seconds=seconds),
        "report": {
            **report(instance, made),
            "groups": groups(instance, made.placements),
            "left_over": left_over(instance, made.placements),
            "bundles_left_out": seen.bundles_left_out,
        },
        "prices": prices(instance, made),
        "progress": 1000,
        "beat_at": None,
    }
    return _written(run, beat, also, _assignments(run, seen, instance, made))


@transaction.atomic
def _written(run: MatchingRun, beat: Beat, also: dict[str, Any], rows: list[tuple[Any, ...]]) -> MatchingRun:
    beat.alive()  # in this transaction: what another process was given is not written by this one
    at = timezone.now()
    move(run, to=RunStatus.SUCCEEDED, by=SYSTEM, at=at, also=also)
    write_rows(Assignment, _COLUMNS, rows)
    audit.record(SYSTEM, "run.succeeded", run.pk, at=at)
    return run if run.dry_run else ask_to_apply(run=run, by=_asker(run), at=at)


def _asker(run: MatchingRun) -> str:
    """Who asked for the run: whoever asks for more than a dry run asks for its plan to be applied."""
    return run.history.order_by("id").values_list("by", flat=True)[0]


def prices(instance: Instance, made: Plan) -> list[list[object]]:
    """Return the prices of a plan by part, pledge and lot (named by its first unit)."""
    return [
        [part.name, instance.pledges[instance.lots[lot].pledge].id, instance.lots[lot].units[0], price]
        for part in made.parts
        for lot, price in sorted(part.planned.prices.items())
    ]


def _assignments(run: MatchingRun, seen: Snapshot, instance: Instance, made: Plan) -> list[tuple[Any, ...]]:
    """Return the rows of a plan, the most urgent first, those who wait longest first among them."""

    def rank(one: Placement) -> tuple[int, date, str]:
        need = instance.needs[one.pair.need]
        return -TIERS[need.urgency], need.waiting_since, need.id

    rows: list[tuple[Any, ...]] = []
    numbers = [iter(lot.units) for lot in instance.lots]
    for pair, given in sorted(made.placements, key=rank):
        need, pledge = instance.needs[pair.need], instance.pledges[pair.pledge]
        hold = need.hold
        now, stay = seen.proposals.get(need.id), stays(instance, pair)
        lots = [[instance.lots[lot].units[0], units] for lot, units in given]
        taken_units = [next(numbers[lot]) for lot, units in given for _unit in range(units)]
        days = hold.start.isoformat(), hold.end.isoformat()
        versions = seen.versions[need.id], seen.versions[pledge.id]
        planned = (need.units, json.dumps(lots), json.dumps(taken_units), *days, pair.score, *versions)
        outcome = Outcome.KEPT if stay else Outcome.PLANNED
        before = now.pk if now else None
        matches = (before, None) if stay else (None, before)
        rows.append((run.pk, need.id, pledge.id, *planned, outcome.value, "", "", *matches))
    return rows
