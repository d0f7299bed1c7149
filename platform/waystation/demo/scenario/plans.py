"""A plan for all that is still open, made and not yet applied, and beside it the same without one of its pairs."""

from collections.abc import Callable
from datetime import datetime, timedelta

from kernel.accounts.models import Role
from offers.matching.runs.asking import ask_for_run, ask_what_if
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.models import MatchingRun
from waystation.demo.scenario.people import Team

SECONDS = 5  # for the solvers together, if they need them


def tell_plans(operator: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Have a coordinator ask for a plan, and what it would cost to do without its first pair."""
    by = operator.actor(Role.COORDINATOR)
    asked, doubted = at - timedelta(minutes=9), at - timedelta(minutes=4)
    plan = _made(ask_for_run(organisation=operator.organisation, time_limit_s=SECONDS, by=by, at=asked))
    first = plan.assignments.order_by("pk").values_list("need_id", "pledge_id").first()
    if first is not None:
        _made(ask_what_if(run=plan, forbid=[first], by=by, at=doubted))
    say(f"  a plan to look at, with a place for {plan.assignments.count()} needs")


def _made(run: MatchingRun) -> MatchingRun:
    """Make its plan here and now; the worker, which has the task as well, will find it done."""
    taken = take_up(run.pk, at=run.created_at)
    if taken is None:
        raise RuntimeError(f"Somebody else took up {run.pk}.")
    return carry_out(taken, beat=Beat(taken))
