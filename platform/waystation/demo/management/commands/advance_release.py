"""`manage.py advance_release --slots N`: let weeks pass for the release gate, in the demo alone."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from offers.needs.board.clock import advance
from offers.needs.board.release import release_due


class Command(BaseCommand):
    """Moves the slot clock and lets each slot be decided; k and the policy stay what they are."""

    help = "Move the release clock N weekly slots ahead, deciding each slot on the way."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--slots` and `--json`."""
        parser.add_argument("--slots", type=int, default=1, choices=range(1, 53), metavar="N", help="1 to 52")
        parser.add_argument("--json", action="store_true", help="print the decisions as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide slot after slot and say what each decided."""
        decisions = []
        for _ in range(options["slots"]):
            ahead = advance(slots=1)
            decisions.append(release_due(at=timezone.now()))
            if not options["json"]:
                self.stdout.write(str(decisions[-1]))
        if options["json"]:
            self.stdout.write(json.dumps({"slots_ahead": ahead, "decisions": [asdict(one) for one in decisions]}))
