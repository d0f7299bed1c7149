"""`manage.py verify_audit`: is the audit trail as it was written?"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from kernel.audit.verify import verify_trail

SENTENCES = {
    "seal_missing": "the seal that belongs here, or the entry it seals, is missing",
    "chain_broken": "it does not follow from the seal before it",
    "entry_changed": "the entry is not what was sealed",
    "seal_changed": "the seal itself was changed",
    "seal_lost": "the entry has no seal and does not wait for one",
}


class Command(BaseCommand):
    """Ends with status 1, naming the first bad row, if the chain does not hold."""

    help = "Verify the audit chain, name the first bad row, and state the unsealed tail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_trail()
        fault = verdict.fault
        if options["json"]:
            self.stdout.write(json.dumps({"ok": fault is None, **asdict(verdict)}, cls=DjangoJSONEncoder))
        else:
            since = f", the oldest from {verdict.oldest_unsealed.isoformat()}" if verdict.oldest_unsealed else ""
            self.stdout.write(f"Sealed and sound: {verdict.sealed} entries, head {verdict.head}.")
            self.stdout.write(f"Not sealed yet: {verdict.unsealed}{since}.")
        if fault:
            where = f"seal {fault.position}" if fault.position else "no seal"
            entry = f", entry {fault.entry}" if fault.entry else ""
            raise CommandError(f"First bad row: {where}{entry}: {SENTENCES[fault.code]}.")
