"""`manage.py restore`: a backup into an empty database, verified, with what was erased since erased again."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from kernel.retention.erasures import read
from kernel.states import Refusal
from waystation.backups.reading import identities
from waystation.backups.restoring import restore


class Command(BaseCommand):
    """Everything or nothing: what is refused leaves the database as empty as it was."""

    help = "Restore a backup into an empty database, verify trail and books, and erase again what was erased since."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file, the identity, and the list of erasures or the word that there is none."""
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument("--identity", type=Path, required=True, metavar="FILE", help="an age identity file")
        parser.add_argument(
            "--shares", type=Path, metavar="FULL", help="for a long backup: take key shares from this one"
        )
        listed = parser.add_mutually_exclusive_group()
        listed.add_argument("--erasures", type=Path, metavar="FILE", help="the list; ERASURES_FILE unless named")
        listed.add_argument("--no-erasures", action="store_true", help="say that nothing was erased since the backup")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what came of it."""
        quiet = options["json"]
        if not connection.introspection.table_names():
            call_command("migrate", verbosity=0)
            call_command("createcachetable", verbosity=0)
        try:
            done = restore(
                options["file"],
                identities(options["identity"]),
                at=timezone.now(),
                erased=self._erased(options),
                shares=options["shares"],
                tell=lambda table, rows: None if quiet else self.stdout.write(f"{table}: {rows} …"),
            )
        except (Refusal, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        if quiet:
            self.stdout.write(json.dumps(asdict(done), default=str))
            return
        self.stdout.write(
            f"{sum(done.rows.values())} rows restored from {done.manifest.made_at:%Y-%m-%d %H:%M}. Trail and books "
            f"hold. {done.erased_again} records erased again, {done.shares.shares} key shares taken from a full backup."
        )
        if done.sealed_for_good:
            self.stdout.write(f"{done.sealed_for_good} sealed records have no key shares: nothing opens them.")

    def _erased(self, options: dict[str, Any]) -> Iterable[tuple[str, str]]:
        """Return the list of erasures. Raises CommandError if there is none and nobody said that there is none."""
        if options["no_erasures"]:
            return []
        path = options["erasures"] or (Path(settings.ERASURES_FILE) if settings.ERASURES_FILE else None)
        if path is None:
            raise CommandError("Name the list of what was erased (--erasures FILE), or say --no-erasures.")
        return list(read(path))
