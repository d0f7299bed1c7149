"""Make the plan of one matching run: the process that the worker starts for it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from offers.matching.runs.apart import done_apart
from offers.matching.runs.beating import Beat, Over
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.jobs import give_up, hand_back
from offers.matching.runs.models import MatchingRun

GRACE_SECONDS = 900  # reading facts and asking the rules, beside what the solvers may take


class Command(BaseCommand):
    """`make_plan RUN_ID`: does nothing unless the run is queued."""

    help = "Make the plan of a queued matching run. The worker does this by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run's id."""
        parser.add_argument("run", metavar="RUN_ID")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the run up, have its plan made, say how it went."""
        run = take_up(options["run"], at=timezone.now())
        if run is None:
            self.stdout.write("Nothing to do: this run is not queued.")
            return
        beat = Beat(run)
        try:
            done = done_apart(lambda: _make(run, beat), beat=beat, seconds=run.time_limit_s + GRACE_SECONDS)
        except Over:
            done = True  # by itself just now, or it was canceled, or it is another process's
        if not done:
            hand_back(run, at=timezone.now())
        run.refresh_from_db()
        self.stdout.write(f"{run.pk} {run.status} {run.error}".rstrip())


def _make(run: MatchingRun, beat: Beat) -> None:
    from offers.matching.plan.network import Unsolved

    try:
        carry_out(run, beat=beat)
    except Over:
        return  # nobody wants it any more
    except Unsolved as unsolved:
        give_up(run, why=unsolved.code, at=timezone.now())
