"""Decide the current release slot now, as the schedule would; or say what another moment would decide."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from offers.needs.board.release import Decision, rehearse, release_due


class Command(BaseCommand):
    """`release_needs`: the gate decides; this command cannot make it say yes."""

    help = (
        "Decide the current release slot, unless it is decided already: what the schedule does by itself. "
        "With --dry-run, say what would be decided, now or --at another moment, and write nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--at`, `--dry-run` and `--json`."""
        parser.add_argument("--at", metavar="MOMENT", help="a moment such as 2026-12-07T04:00Z; with --dry-run alone")
        parser.add_argument("--dry-run", action="store_true", help="say what would be decided, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the decision as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide and say what was decided."""
        if options["at"] and not options["dry_run"]:
            raise CommandError("--at needs --dry-run: a release happens at its slot, and nobody can bring it forward.")
        at = _moment(options["at"]) if options["at"] else timezone.now()
        decision = rehearse(at=at) if options["dry_run"] else release_due(at=at)
        self.stdout.write(
            json.dumps({**asdict(decision), "dry_run": options["dry_run"]}, sort_keys=True)
            if options["json"]
            else _told(decision, dry_run=options["dry_run"])
        )


def _moment(text: str) -> datetime:
    """Read a moment; one without a zone is UTC. Raises CommandError."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None:
        raise CommandError(f"--at is {text!r}: write a moment such as 2026-12-07T04:00Z.")
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _told(decision: Decision, *, dry_run: bool) -> str:
    lines = ["Nothing was written. This would be decided:"] if dry_run else []
    lines.append(str(decision))
    lines += [f"  {key} waits: {why.replace('_', ' ')}." for key, why in sorted(decision.waiting.items())]
    return "\n".join(lines)
