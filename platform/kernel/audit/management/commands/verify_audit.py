"""`manage.py verify_audit`: is the audit trail as it was written and signed?"""

import json
from argparse import FileType
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from kernel.audit.keys import well_formed
from kernel.audit.reading import BATCH
from kernel.audit.verify import Verdict, verify_trail

PROGRESS_EVERY = 10 * BATCH


class Command(BaseCommand):
    """Ends with status 1, naming the first bad row, if the trail does not hold or a trigger that keeps it is down."""

    help = "Verify the audit trail against its seals and checkpoints, name the first bad row, state the unsealed tail."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the copy that lay elsewhere, the keys to trust, and the form of the answer."""
        parser.add_argument(
            "--checkpoints", type=FileType("r", encoding="utf-8"), metavar="FILE", help="a copy kept off the machine"
        )
        parser.add_argument(
            "--public-key", action="append", default=[], metavar="KEY",
            help="trust this key, in base64, and not the settings'; repeat it for former keys, oldest first",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, say what was read, and what is wrong."""
        if not all(well_formed(key) for key in options["public_key"]):
            raise CommandError("A public key is 32 bytes in base64, as `checkpoint_audit --public-key` prints it.")
        kept = None
        if options["checkpoints"]:
            with options["checkpoints"] as file:
                kept = file.read().splitlines()
        verdict = verify_trail(kept=kept, keys=options["public_key"], progress=self._progress)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": verdict.ok, **asdict(verdict)}, cls=DjangoJSONEncoder))
        else:
            self._tell(verdict)
        if verdict.fault:
            raise CommandError(f"First bad row: {verdict.fault.sentence}.")
        if verdict.triggers_down:
            raise CommandError(f"Not in force: {', '.join(verdict.triggers_down)}. Changes are not refused.")

    def _progress(self, position: int) -> None:
        if position % PROGRESS_EVERY == 0:
            self.stderr.write(f"{position} seals read …")

    def _tell(self, verdict: Verdict) -> None:
        since = f", the oldest from {verdict.oldest_unsealed.isoformat()}" if verdict.oldest_unsealed else ""
        copy = "" if verdict.kept is None else f", and {verdict.kept} in the kept copy"
        self.stdout.write(f"Sealed and sound: {verdict.sealed} entries, head {verdict.head}.")
        self.stdout.write(f"Signed: up to seal {verdict.signed}, by {verdict.checkpoints} checkpoints{copy}.")
        self.stdout.write(f"Sealed since and not signed yet: {verdict.sealed - verdict.signed}.")
        self.stdout.write(f"Not sealed yet: {verdict.unsealed}{since}.")
