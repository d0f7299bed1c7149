"""Decide the current release slot now, as the schedule would."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from offers.needs.board.release import release_due


class Command(BaseCommand):
    """`release_needs`: the gate decides; this command cannot make it say yes."""

    help = "Decide the current release slot, unless it is decided already: what the schedule does by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--json`."""
        parser.add_argument("--json", action="store_true", help="print the decision as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide and say what was decided."""
        decision = release_due(at=timezone.now())
        self.stdout.write(json.dumps(asdict(decision)) if options["json"] else str(decision))
