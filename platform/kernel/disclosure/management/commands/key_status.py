"""`manage.py key_status`: what is due about the keys of every organisation that has some."""

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.disclosure.alarms import dues
from kernel.vault.models import GroupKey


class Command(BaseCommand):
    """Run it from the monitoring, daily: it ends with 1 while something is due."""

    help = "Say what is due about group keys: a change, a signature, records to move, age, trustees."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        owners = GroupKey.objects.values("owner")
        at = timezone.now()
        found = {one.pk: dues(one, at=at) for one in Organisation.objects.filter(pk__in=owners).order_by("pk")}
        if options["json"]:
            self.stdout.write(json.dumps({owner: [asdict(due) for due in some] for owner, some in found.items()}))
        else:
            for owner, some in found.items():
                for due in some:
                    self.stdout.write(f"{owner}: {due.code} {due.group} {due.number or ''}".rstrip())
            self.stdout.write("Something is due." if any(found.values()) else "Nothing is due.")
        if any(found.values()):
            sys.exit(1)
