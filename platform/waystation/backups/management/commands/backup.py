"""`manage.py backup`: a full one that lives for days, a long one that opens no contact; and deleting what is over."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.states import Refusal
from waystation.backups.pruning import prune
from waystation.backups.writing import FULL, LONG, backup


class Command(BaseCommand):
    """Run --full daily and --long weekly, to a disk that is not the database's, and --prune after each."""

    help = "Back the database up, encrypted to BACKUP_RECIPIENTS; --prune deletes backups whose time is over."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a kind and a folder, or a folder to prune."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--full", action="store_const", dest="kind", const=FULL, help="everything; lives for days")
        what.add_argument("--long", action="store_const", dest="kind", const=LONG, help="without what opens contacts")
        what.add_argument("--prune", type=Path, metavar="DIR", help="delete backups in DIR whose time is over")
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="an existing folder; the name says until when it lives"
        )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        at, quiet = timezone.now(), options["json"]
        folder = options["prune"] or options["to"]
        if folder is None or not folder.is_dir():
            raise CommandError("Name an existing folder: --to DIR.")
        if options["prune"]:
            gone = [file.name for file in prune(folder, at=at)]
            self.stdout.write(json.dumps({"pruned": gone}) if quiet else f"{len(gone)} backups deleted.")
            return
        try:
            made = backup(folder, kind=options["kind"], at=at, tell=lambda *told: None if quiet else self._say(*told))
        except (Refusal, OSError) as error:
            raise CommandError(str(error)) from error
        if quiet:
            answer = {"file": str(made.path), "kind": made.kind, "until": made.until.isoformat(), "rows": made.rows}
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{made.path}: {sum(made.rows.values())} rows. Delete it by {made.until:%Y-%m-%d}.")

    def _say(self, table: str, rows: int) -> None:
        if rows:
            self.stdout.write(f"{table}: {rows}")
