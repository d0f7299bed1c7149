"""Hear of what never arrived; the schedule does it every ten minutes."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations.gateway import GatewayError
from donations.webhooks.sweep import DAYS, STUCK_AFTER, sweep


class Command(BaseCommand):
    help = "List Stripe's events of the last days, apply those that never arrived, ask about payments that hang."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --days, --stuck-after and --json."""
        parser.add_argument("--days", type=int, default=DAYS, help="how far back (Stripe keeps 30 days)")
        minutes = int(STUCK_AFTER.total_seconds() // 60)
        parser.add_argument("--stuck-after", type=int, default=minutes, help="minutes until a payment counts as stuck")
        parser.add_argument("--json", action="store_true", help="answer for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once and say what was found."""
        if not options["json"]:
            self.stdout.write("Asking Stripe …")
        try:
            swept = sweep(
                at=timezone.now(), days=options["days"], stuck_after=timedelta(minutes=options["stuck_after"])
            )
        except GatewayError as error:
            raise CommandError(error.sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(swept)))
            return
        self.stdout.write(
            f"{swept.listed} events listed, {swept.found} of them new, {swept.applied} applied; "
            f"{swept.asked} payments and refunds asked about, {swept.closed} closed that were never opened."
        )
