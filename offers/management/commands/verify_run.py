"""Check the plan of a matching run again, by the rules and by arithmetic, without the solver that made it."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from offers.matching.runs.checking import Checked, PartChecked, check
from offers.matching.runs.models import MatchingRun, RunStatus


class Command(BaseCommand):
    """`verify_run RUN_ID`: the single rules are asked anew, then capacities, scores and prices are added up."""

    help = (
        "Check the plan of a matching run: ask the single rules anew (about every pair; of more than a million, about "
        "every one that fits and a sample of the others), check units, days and scores, and show from the prices "
        "that no plan is better. Says so and ends with status 1 if the facts have changed since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the run's id and `--json`."""
        parser.add_argument("run", metavar="RUN_ID")
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and say what was found. Raises CommandError unless everything holds."""
        run = MatchingRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError("There is no such run.")
        if run.status != RunStatus.SUCCEEDED or run.thinned_at is not None:
            raise CommandError(f"This run has no plan to check: it is {run.status}, or was thinned.")
        quiet = options["json"] or not options["verbosity"]
        found = check(run, told=_silent if quiet else self._progress)
        self.stdout.write(json.dumps(found.told(), sort_keys=True) if options["json"] else _words(found))
        if not found.holds:
            raise CommandError("The plan could not be proven as it stands now.")

    def _progress(self, share: float) -> None:
        self.stderr.write(f"{share:4.0%} asked about", ending="\r")


def _silent(_share: float) -> None:
    """Say nothing."""


def _words(found: Checked) -> str:
    if found.snapshot == "changed":
        return "The facts have changed since the plan was made: it can no longer be checked against them."
    lines = [f"The facts are those the plan was made from ({found.run}).", _asked(found)]
    lines += [f"Wrong: {fault.replace('_', ' ')}." for fault in found.faults]
    return "\n".join([*lines, *(_part(part) for part in found.parts)])


def _asked(found: Checked) -> str:
    if found.asked_singly == found.pairs:
        return f"The single rules were asked about every pair, {found.pairs} in all."
    return (
        f"The single rules were asked about {found.asked_singly} of {found.pairs} pairs: every one that fits, and a "
        "sample of those that do not, half of it of needs that are left without. All others by the vectorised rules."
    )


def _part(part: PartChecked) -> str:
    if part.proven:
        return f"{part.part}: {part.counted} {part.value}, and no plan reaches more: proven."
    return f"{part.part}: {part.counted} {part.value}, and no plan reaches more than {part.bound}."
