"""Asking for a run, and no longer wanting it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Organisation
from kernel.outbox import enqueue
from kernel.states import Refusal, move
from offers.matching.runs.models import MatchingRun, RunStatus
from offers.matching.runs.wishing import Pairs, as_pairs, must_be_possible
from offers.needs.models import Need

START = "matching.run"
MOST_UNFINISHED = 5  # at once: each has a process of its own, and the memory of a solver
UNFINISHED = (RunStatus.QUEUED, RunStatus.RUNNING)


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
    forbid: Pairs = (),
    force: Pairs = (),
    alternative_to: MatchingRun | None = None,
) -> MatchingRun:
    """Queue a run over the open needs of every organisation, or over those named; the worker takes it up.

    `forbid` and `force` name pairs that must not, or must, be in the plan. Raises Refusal `operator_only`,
    `too_many_unfinished`, `unknown_reference` if one of the named needs or pledges does not exist or is not open, and
    what `must_be_possible` does.
    """
    if not organisation.is_operator:
        raise Refusal("operator_only", _("The operator alone plans for the whole network."))
    _must_have_room(organisation)
    if needs is not None and Need.objects.open().filter(pk__in=needs).count() != len(set(needs)):
        raise Refusal("unknown_reference", _("One of these needs does not exist, or is not open."), "needs")
    run = MatchingRun(
        organisation=organisation,
        kinds=sorted(kinds),
        countries=sorted(countries),
        needs_named=None if needs is None else sorted(needs),
        forbid=sorted(set(forbid)),
        force=sorted(set(force)),
        alternative_to=alternative_to,
        dry_run=dry_run,
        seed=seed,
        time_limit_s=time_limit_s,
        as_of=at.date(),
        created_at=at,
        updated_at=at,
    )
    must_be_possible(run)
    run.save(force_insert=True)
    run.keep_history(old="", new=RunStatus.QUEUED, by=by, at=at, why="")
    audit.record(by, "run.asked", run.pk, at=at)
    enqueue(START, run.pk)
    return run


def _must_have_room(organisation: Organisation) -> None:
    """Raise Refusal `too_many_unfinished` while as many runs as may be are waited for."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)  # so that it holds for two at once
    if MatchingRun.objects.filter(status__in=UNFINISHED).count() >= MOST_UNFINISHED:
        raise Refusal(
            "too_many_unfinished",
            _("%(most)s plans are still being made. Wait until one of them is there, or cancel one.")
            % {"most": MOST_UNFINISHED},
        )


@transaction.atomic
def ask_what_if(
    *, run: MatchingRun, by: str, at: datetime, forbid: Pairs = (), force: Pairs = (), time_limit_s: int | None = None
) -> MatchingRun:
    """Ask what another run asked, with further pairs forbidden or forced: a dry run that names the one it varies.

    A pair that is forced now is no longer forbidden there, and the reverse. Raises Refusal `no_plan`, `plan_let_go`,
    and what `ask_for_run` does.
    """
    if run.status != RunStatus.SUCCEEDED:
        raise Refusal("no_plan", _("That run has no plan that another could be compared with."), "alternative_to")
    if run.thinned_at is not None:
        raise Refusal("plan_let_go", _("That plan is too old and was let go. Start a new run."), "alternative_to")
    anew = {need for need, _pledge in force}
    forbidden = {pair for pair in as_pairs(run.forbid) if pair not in force} | set(forbid)
    forced = {pair for pair in as_pairs(run.force) if pair not in forbid and pair[0] not in anew} | set(force)
    return ask_for_run(
        organisation=run.organisation,
        by=by,
        at=at,
        kinds=run.kinds,
        countries=run.countries,
        needs=run.needs_named,
        seed=run.seed,
        time_limit_s=time_limit_s or run.time_limit_s,
        forbid=sorted(forbidden),
        force=sorted(forced),
        alternative_to=run,
    )


@transaction.atomic
def cancel_run(*, run: MatchingRun, by: str, at: datetime, why: str = "") -> MatchingRun:
    """Stop a run that has no plan yet. Its process notices within seconds. Raises Refusal `illegal_transition`."""
    run = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if run.status == RunStatus.CANCELED:
        return run
    move(run, to=RunStatus.CANCELED, by=by, at=at, why=why, also={"beat_at": None})
    audit.record(by, "run.canceled", run.pk, reason=why, at=at)
    return run
