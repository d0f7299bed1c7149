"""`manage.py erase`: erase what is held about a provider, a person in need or a donor, with a certificate."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from kernel.retention.certificates import as_text
from kernel.retention.erasures import append
from kernel.retention.models import Erasure
from waystation.erasure.asked_for import add_subject, find_subject
from waystation.erasure.subjects import erase_and_certify

BY = "system"


class Command(BaseCommand):
    """Live matches are ended first; done twice, the second certificate says that nothing was left."""

    help = "Erase what is held about one subject; prints a signed certificate. --dry-run only names the records."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a subject, --dry-run, --certificate and --json."""
        add_subject(parser)
        parser.add_argument("--dry-run", action="store_true", help="name the records and erase nothing")
        parser.add_argument("--certificate", type=Path, metavar="FILE", help="write the certificate there as JSON")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and print the certificate."""
        records = find_subject(options)
        if options["dry_run"]:
            names = [record_id for _kind, record_id in records]
            self.stdout.write(json.dumps({"records": names}) if options["json"] else "\n".join(names))
            return
        certificate = erase_and_certify(options["subject"], records, by=BY, at=timezone.now(), why="asked")
        append(Erasure.objects.filter(record_id__in=[record_id for _kind, record_id in records]))
        written = json.dumps(certificate, ensure_ascii=False, indent=2)
        if options["certificate"]:
            options["certificate"].write_text(written + "\n")
        self.stdout.write(written if options["json"] else as_text(certificate))
