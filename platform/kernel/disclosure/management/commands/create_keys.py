"""`manage.py create_keys ORG_ID --trustee-a AGE1 … --trustee-b AGE1 …`: the first keys, passphrases shown once."""

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
        for letter, people in (("a", "caseworkers"), ("b", "approvers")):
            parser.add_argument(
                f"--trustee-{letter}",
                action="append",
                default=[],
                metavar="AGE1",
                help=f"age recipient of a trustee who can bring the {people}' key back; name two of them",
            )
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no organisation with that id.")
        if not options["json"]:
            self.stderr.write("Deriving a key for each member: about half a second each …")
        try:
            trustees = {"A": options["trustee_a"], "B": options["trustee_b"]}
            made = create_group_keys(organisation, by="system", at=timezone.now(), trustees=trustees)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        pins = [fingerprint(key) for key in GroupKey.objects.filter(owner=organisation.pk).order_by("group")]
        if options["json"]:
            rows = [{"email": m.user.email, "role": m.role, "vault_passphrase": phrase} for m, phrase in made]
            self.stdout.write(json.dumps({"members": rows, "pins": pins}))
            return
        for member, passphrase in made:
            self.stdout.write(f"{member.user.email} ({member.role}): {passphrase}")
        if not (options["trustee_a"] and options["trustee_b"]):
            self.stderr.write("Without trustees nobody brings a group back whose members have lost their passphrases.")
        for pin in pins:
            self.stdout.write(f"for VAULT_PINS: {pin}")
