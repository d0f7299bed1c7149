"""Move the public figures that may move today; the schedule does it by itself."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from donations.ledger.publishing import publish_totals


class Command(BaseCommand):
    help = "Move the public totals of funds: once a day at most, and only after five gifts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --json."""
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many moved."""
        moved = publish_totals(at=timezone.now())
        self.stdout.write(json.dumps({"moved": moved}) if options["json"] else f"{moved} public figures moved.")
