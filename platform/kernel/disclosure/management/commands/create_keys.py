"""`manage.py create_keys ORG_ID`: the first keys of an organisation, its passphrases shown once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.disclosure.keys import create_group_keys
from kernel.states import Refusal
from kernel.vault.models import GroupKey
from kernel.vault.pins import fingerprint


class Command(BaseCommand):
    """Hand each passphrase to its member in person; none of them is kept. Add both fingerprints to VAULT_PINS."""

    help = "Create the first member and group keys of an organisation and print each passphrase once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the organisation's id, org_…")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no organisation with that id.")
        if not options["json"]:
            self.stderr.write("Deriving a key for each member: about half a second each …")
        try:
            made = create_group_keys(organisation, by="system", at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        pins = [fingerprint(key) for key in GroupKey.objects.filter(owner=organisation.pk).order_by("group")]
        if options["json"]:
            rows = [{"email": m.user.email, "role": m.role, "vault_passphrase": phrase} for m, phrase in made]
            self.stdout.write(json.dumps({"members": rows, "pins": pins}))
            return
        for member, passphrase in made:
            self.stdout.write(f"{member.user.email} ({member.role}): {passphrase}")
        for pin in pins:
            self.stdout.write(f"for VAULT_PINS: {pin}")
