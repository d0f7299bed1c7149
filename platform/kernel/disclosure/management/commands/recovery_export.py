"""`manage.py recovery_export ORG_ID --out DIR`: the trustees' copies as age files, to be kept off the server."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.disclosure.models import RecoveryCopy


class Command(BaseCommand):
    """Give each trustee the files that name their recipient; only that trustee's identity opens them."""

    help = "Write the copies of an organisation's group keys that its trustees can open, one age file each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the organisation's id, org_…")
        parser.add_argument("--out", required=True, help="an existing folder")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["out"])
        if not folder.is_dir():
            raise CommandError("There is no such folder: make it first.")
        copies = RecoveryCopy.objects.filter(group_key__owner=options["organisation"])
        written = []
        for copy in copies.select_related("group_key", "trustee").order_by("pk"):
            key, recipient = copy.group_key, copy.trustee.recipient
            path = folder / f"{key.owner}-{key.group}{key.version}-{recipient[-8:]}.age"
            path.write_bytes(bytes(copy.file))
            written.append({"file": path.name, "group": key.group, "version": key.version, "recipient": recipient})
        if not written:
            raise CommandError("There is nothing to export: no organisation of that id has trustees.")
        if options["json"]:
            self.stdout.write(json.dumps({"copies": written}))
            return
        for one in written:
            self.stdout.write(f"{one['file']}: group {one['group']}, version {one['version']}, for {one['recipient']}")
