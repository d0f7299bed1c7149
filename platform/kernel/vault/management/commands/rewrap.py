"""`manage.py rewrap`: everything under the server key is encrypted anew under the newest one of VAULT_KEK."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kernel.vault import kek
from kernel.vault.rewrapping import KEPT, Count, rewrap


class Command(BaseCommand):
    """Put the new key first in VAULT_KEK, restart everything, run this, then take the old key away."""

    help = "Encrypt everything that lies under the server key anew under the newest key; may be stopped and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what is under an older key")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        dry = options["dry_run"]
        counts: dict[str, Count] = {}
        for name, kept in sorted(KEPT.items()):
            for count in rewrap(kept, dry=dry):
                counts[name] = count
                if not options["json"]:
                    self.stderr.write(f"{name}: {count.renewed} of {count.rows} …")
        left = sum(count.old - count.renewed for count in counts.values())
        if options["json"]:
            kept_now = {name: asdict(count) for name, count in counts.items()}
            self.stdout.write(json.dumps({"newest": kek.newest(), "left": left, "kept": kept_now}))
        else:
            self._say(counts, left)
        if left or any(count.broken for count in counts.values()):
            sys.exit(1)

    def _say(self, counts: dict[str, Count], left: int) -> None:
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count.rows} rows, {count.old} under an older key, {count.renewed} renewed")
            for pk in count.broken:
                self.stdout.write(f"  does not open: {pk}")
        self.stdout.write("Nothing is under an older key." if not left else f"{left} under an older key.")
