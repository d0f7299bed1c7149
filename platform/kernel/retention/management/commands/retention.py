"""`manage.py retention`: let go of what is over, say what would go, or prove that nothing overdue is left."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.retention.registry import kept, passing
from kernel.retention.running import Tally, as_json, due, run
from kernel.retention.scrubbing import scrub


class Command(BaseCommand):
    """A run that was stopped goes on where it was when it is started again; a second run finds nothing."""

    help = "Let go of what is over, class by class; --dry-run says what would go, --verify proves that it is gone."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --dry-run or --verify, and --json."""
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--dry-run", action="store_true", help="write nothing, say what would go and what stays")
        only.add_argument("--verify", action="store_true", help="end with status 1 if anything is older than its term")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        at = timezone.now()
        quiet = options["json"]
        if options["dry_run"] or options["verify"]:
            tallies, cleaned = due(at), None
        else:
            tallies = run(at, tell=lambda name, gone: None if quiet else self.stdout.write(f"{name}: {gone} …"))
            cleaned = scrub()
        if quiet:
            answer: dict[str, Any] = {"classes": [as_json(tally) for tally in tallies], "ok": not _left(tallies)}
            if cleaned is not None:
                answer["database"] = {"clean": cleaned.clean, "left": list(cleaned.left)}
            self.stdout.write(json.dumps(answer))
        else:
            self._tell(tallies, rules=options["dry_run"])
            if cleaned is not None and cleaned.left:
                self.stdout.write(f"Deleted rows may still lie in: {', '.join(cleaned.left)}.")
        if not options["dry_run"] and _left(tallies):
            raise CommandError(f"Older than its term: {', '.join(_left(tallies))}.")

    def _tell(self, tallies: list[Tally], *, rules: bool) -> None:
        declared = {one.name: one for one in passing()}
        for tally in tallies:
            since = f", the oldest from {tally.oldest.isoformat()}" if tally.oldest else ""
            gone = f", {tally.gone} gone" if tally.gone else ""
            self.stdout.write(f"{tally.name}: {tally.overdue} older than {tally.days:g} days{since}{gone}")
            if rules:
                one = declared[tally.name]
                self.stdout.write(f"    {one.what}. What remains: {one.remains}.")
        for stays in kept() if rules else []:
            self.stdout.write(f"{stays.name}: kept. {stays.what}; {stays.why}.")


def _left(tallies: list[Tally]) -> list[str]:
    return [tally.name for tally in tallies if tally.overdue]
