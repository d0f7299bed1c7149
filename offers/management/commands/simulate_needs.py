"""What the release gate costs: synthetic streams of needs, how many of them appear, and how soon."""

import json
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from offers.needs.board.policy import configured_policy
from offers.needs.gate.ablations import ablation
from offers.needs.gate.policy import ReleasePolicy
from offers.needs.gate.simulation import Outcome, Stream, simulate

RATES = (5, 10, 30, 100)


class Command(BaseCommand):
    """Runs in memory under the configured figures: no row is read or written."""

    help = "Run seeded synthetic streams of needs through the release gate, and print how many appear and how soon."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the shape of the streams, and `--json`."""
        parser.add_argument("--households", type=int, nargs="+", default=list(RATES), metavar="N", help="a week")
        parser.add_argument("--weeks", type=int, default=104, help="how long a stream runs (104)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same stream (1)")
        parser.add_argument("--planted", type=int, default=0, metavar="N", help="needs one partner makes up a week")
        parser.add_argument("--one-need", action="store_true", help="every household asks for one thing alone")
        parser.add_argument("--ablation", action="store_true", help="leave out one rule at a time")
        parser.add_argument("--json", action="store_true", help="print the outcomes as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every stream and print its line. Raises CommandError if anybody could be told apart."""
        if min(options["households"]) < 1 or options["weeks"] < 8 or options["planted"] < 0:
            raise CommandError("A stream has 1 household a week or more, 8 weeks or more, and plants 0 or more.")
        policy = configured_policy()
        told = []
        for rate in options["households"]:
            stream = Stream(rate, weeks=options["weeks"], seed=options["seed"], planted_a_week=options["planted"])
            if options["one_need"]:
                stream = replace(stream, needs_a_household={1: 1})
            for name, outcome in self._outcomes(stream, policy, all_rules=not options["ablation"]):
                told.append({"rules": name, **asdict(outcome)})
                if not options["json"]:
                    self._line(name, outcome, first=len(told) == 1)
        if options["json"]:
            self.stdout.write(json.dumps(told))
        if broken := sum(one["broken"] for one in told):
            raise CommandError(f"{broken} times an atom hid too few households.")

    def _outcomes(self, stream: Stream, policy: ReleasePolicy, *, all_rules: bool) -> Any:
        return [("all rules", simulate(stream, policy))] if all_rules else ablation(stream, policy)

    def _line(self, name: str, outcome: Outcome, *, first: bool) -> None:
        if first:
            self.stdout.write(
                f"{'households a week':>17}  {'needs':>6}  {'within 6 weeks':>14}  "
                f"{'median weeks':>12}  {'below k':>7}  rules"
            )
        self.stdout.write(
            f"{outcome.households_a_week:>17}  {outcome.needs:>6}  {outcome.within_six_weeks:>14.1%}  "
            f"{outcome.median_weeks:>12.1f}  {outcome.broken:>7}  {name}"
        )
