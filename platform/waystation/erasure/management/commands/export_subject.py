"""`manage.py export_subject`: what is held about a provider, a person in need or a donor, for that person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kernel import audit
from waystation.erasure.asked_for import add_subject, find_subject
from waystation.erasure.exporting import as_text, export


class Command(BaseCommand):
    """Writes JSON to standard output. Sealed contacts are not in it: they open through a disclosure alone."""

    help = "Write everything that is held in clear about one subject, as JSON that a person can read."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a subject."""
        add_subject(parser)
        parser.add_argument("--json", action="store_true", help="the answer is JSON anyway")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, and note in the trail which ids were handed out."""
        records = find_subject(options)
        for _kind, record_id in records:
            audit.record("system", "subject.exported", record_id, reason=options["subject"])
        self.stdout.write(as_text(export(records)))
