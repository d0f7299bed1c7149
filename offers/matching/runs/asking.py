"""Asking for a run, and no longer wanting it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.outbox import enqueue
from kernel.states import Refusal, move
from offers.matching.runs.models import MatchingRun, RunStatus
from offers.needs.models import Need

START = "matching.run"


@transaction.atomic
def ask_for_run(
    *,
    organisation: Organisation,
    by: str,
    at: datetime,
    kinds: Sequence[str] = (),
    countries: Sequence[str] = (),
    needs: Sequence[str] | None = None,
    dry_run: bool = True,
    seed: int = 1,
    time_limit_s: int = 60,
) -> MatchingRun:
    """Queue a run over the open needs of every organisation, or over those named; the worker takes it up.

    Raises Refusal `operator_only`, and `unknown_reference` if one of the named needs is not open.
    """
    if not organisation.is_operator:
        raise Refusal("operator_only", "The operator alone plans for the whole network.")
    if needs is not None and Need.objects.open().filter(pk__in=needs).count() != len(set(needs)):
        raise Refusal("unknown_reference", "One of these needs does not exist, or is not open.", "needs")
    run = MatchingRun.objects.create(
        organisation=organisation,
        kinds=sorted(kinds),
        countries=sorted(countries),
        needs_named=None if needs is None else sorted(needs),
        dry_run=dry_run,
        seed=seed,
        time_limit_s=time_limit_s,
        as_of=at.date(),
        created_at=at,
        updated_at=at,
    )
    run.keep_history(old="", new=RunStatus.QUEUED, by=by, at=at, why="")
    audit.record(by, "run.asked", run.pk, at=at)
    enqueue(START, run.pk)
    return run


@transaction.atomic
def cancel_run(*, run: MatchingRun, by: str, at: datetime, why: str = "") -> MatchingRun:
    """Stop a run that has no plan yet. Its process notices within seconds. Raises Refusal `illegal_transition`."""
    run = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if run.status == RunStatus.CANCELED:
        return run
    move(run, to=RunStatus.CANCELED, by=by, at=at, why=why, also={"beat_at": None})
    audit.record(by, "run.canceled", run.pk, reason=why, at=at)
    return run
