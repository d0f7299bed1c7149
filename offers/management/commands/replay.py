"""What would have come of it under another way of matching: a history, or a year that nobody lived through."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from offers.matching.past import past
from offers.matching.replay.measures import SMALL, Measured, Share, measured
from offers.matching.replay.plot import drawn
from offers.matching.replay.policies import POLICIES, Policy
from offers.matching.replay.story import Story
from offers.matching.replay.world import World
from offers.matching.replay.year import Year, imagined

HEADS = ("policy", "placed", "emergency", "urgent", "soon", "planned", "size 1", "2", "3-5", "6+",
         "median days", "p90", "urgent p90", "score", "proposals", "moves", "seconds")  # fmt: skip


class Command(BaseCommand):
    """Works in memory and writes no row. Over a history it tells totals alone, and none that is small."""

    help = "Replay a history of needs and pledges, or a synthetic year, under several policies, and compare them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what is replayed, under which policies, and where figures and picture go."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--history", action="store_true", help="the needs and pledges of this database")
        what.add_argument("--synthetic", action="store_true", help="a seeded year, as documented in its file")
        parser.add_argument("--from", dest="first", type=_day, metavar="DAY", help="of the history: first day")
        parser.add_argument("--until", dest="last", type=_day, metavar="DAY", help="of the history: day after the last")
        parser.add_argument("--needs", type=int, default=5000, help="of the synthetic year (5000)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same outcome (1)")
        names = [policy.name for policy in POLICIES]
        parser.add_argument("--policy", action="append", choices=names, help="this one alone; may be repeated")
        parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="write the comparison as a picture")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, print a line for each policy, and draw."""
        story = self._story(options)
        told = []
        for policy in POLICIES:
            if options["policy"] and policy.name not in options["policy"]:
                continue
            told.append(self._measured(story, policy, options))
            if not options["json"]:
                self._lines(told[-1], first=len(told) == 1)
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in told]))
        if options["plot"]:
            options["plot"].write_text(drawn(told, title=_title(story, options)), encoding="utf-8")

    def _story(self, options: dict[str, Any]) -> Story:
        if options["synthetic"]:
            if options["needs"] < 1:
                raise CommandError("A year has one need at least.")
            return imagined(Year(needs=options["needs"], seed=options["seed"]))
        story = past(first=options["first"], last=options["last"])
        if not story.needs:
            raise CommandError("Nothing was asked for in that time.")
        return story

    def _measured(self, story: Story, policy: Policy, options: dict[str, Any]) -> Measured:
        from offers.matching.plan.network import Unsolved
        from offers.matching.runs.carrying import exclusive_kinds

        try:
            walked = World(story, policy, exclusive=exclusive_kinds(), seed=options["seed"]).walk()
        except Unsolved as unsolved:
            raise CommandError(f"No plan under {policy.name}: {unsolved.code}.") from None
        return measured(walked, small=SMALL if options["history"] else 0)

    def _lines(self, one: Measured, *, first: bool) -> None:
        cells = (
            one.policy, _share(one.all), *map(_share, one.by_urgency.values()), *map(_share, one.by_size.values()),
            *map(_figure, (one.waited_median, one.waited_p90, one.urgent_waited_p90, one.quality)),
            *map(_figure, (one.proposals, one.moves, one.seconds)),
        )  # fmt: skip
        for line in (HEADS, cells) if first else (cells,):
            name, *rest = line
            self.stdout.write(f"{name:<21}" + "".join(f"{cell:>12}" for cell in rest))


def _title(story: Story, options: dict[str, Any]) -> str:
    if options["synthetic"]:
        return f"A synthetic year of {options['needs']:,} needs, seed {options['seed']}"
    return f"Replay of {story.first:%Y-%m-%d} to {story.last:%Y-%m-%d}"


def _share(one: Share) -> str:
    if one.placed is None or one.needs is None:
        return f"<{SMALL}"
    return f"{one.placed} ({one.placed / one.needs:.0%})" if one.needs else "–"


def _figure(number: float | None) -> str:
    return f"<{SMALL}" if number is None else f"{number:g}"


def _day(text: str) -> date:
    return date.fromisoformat(text)
