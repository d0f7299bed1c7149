"""Move the demo's release clock ahead, slot by slot. It moves time, never k."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from offers.needs.board.clock import advance
from offers.needs.board.release import release_due

_MOST = 520


class Command(BaseCommand):
    """`advance_release --slots N`: exists in the demo alone."""

    help = "Move the release clock N weekly slots ahead and let the gate decide at each of them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--slots` and `--json`."""
        parser.add_argument("--slots", type=int, default=1, help="how many weekly slots (default 1)")
        parser.add_argument("--json", action="store_true", help="print every decision as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide the slot we are in, then each one further."""
        if not 1 <= options["slots"] <= _MOST:
            raise CommandError(f"--slots takes a whole number from 1 to {_MOST}.")
        at = timezone.now()
        decisions = [release_due(at=at)]
        for _ in range(options["slots"]):
            advance(slots=1)
            decisions.append(release_due(at=at))
        if options["json"]:
            self.stdout.write(json.dumps([asdict(decision) for decision in decisions]))
        else:
            self.stdout.write("\n".join(str(decision) for decision in decisions))
