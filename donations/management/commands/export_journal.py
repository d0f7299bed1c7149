"""Write the journal as CSV to standard output."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand

from donations.ledger.journal import lines


class Command(BaseCommand):
    help = "Write every posting as a line of CSV, in double entry, for an accountant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --from and --until, both days of it included."""
        parser.add_argument("--from", dest="start", type=date.fromisoformat, help="first day, YYYY-MM-DD")
        parser.add_argument("--until", dest="end", type=date.fromisoformat, help="last day, YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it line by line."""
        start, end = options["start"], options["end"]
        for line in lines(
            start=datetime.combine(start, time(), UTC) if start else None,
            end=datetime.combine(end + timedelta(days=1), time(), UTC) if end else None,
        ):
            self.stdout.write(line, ending="")
