"""`manage.py sync_schedules`: run after every deploy, before the worker starts."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kernel.outbox.registry import REPEATED
from kernel.outbox.schedules import sync_schedules


class Command(BaseCommand):
    """Writes the repeated tasks of every app into the worker's schedule."""

    help = "Make the worker's schedule that of the code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        names = sync_schedules()
        if options["json"]:
            self.stdout.write(json.dumps([{"name": name, "minutes": REPEATED[name].minutes} for name in names]))
            return
        for name in names:
            self.stdout.write(f"every {REPEATED[name].minutes} min: {name}")
