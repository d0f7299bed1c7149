"""The operator's first administrator: an invitation whose link is printed once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from kernel import audit
from kernel.accounts.models import Organisation, OrganisationRole, Role, StaffDeed, StaffRequest, User
from kernel.accounts.people.sending import make_link


class Command(BaseCommand):
    help = "Invites an administrator of the operator and prints the link, once. Whoever runs this holds the server."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address, and a name for the operator where there is none yet."""
        parser.add_argument("email")
        parser.add_argument("--operator", default="", help="name of the operator, if it is not founded yet")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        """Invite and print; a new call for the same address replaces the link."""
        email, at = options["email"].strip().lower(), timezone.now()
        if User.objects.filter(email=email).exists():
            raise CommandError("There is a login with this address. Ask for a new sign-in in the console instead.")
        operator = Organisation.objects.filter(role=OrganisationRole.OPERATOR).first()
        if operator is None:
            if not options["operator"]:
                raise CommandError("There is no operator yet: name it with --operator NAME.")
            operator = Organisation.objects.create(name=options["operator"], role=OrganisationRole.OPERATOR)
        asked = StaffRequest.objects.open().filter(organisation=operator, email=email, asked_by=None).first()
        if asked is None:
            asked = StaffRequest.objects.create(
                deed=StaffDeed.INVITE,
                organisation=operator,
                email=email,
                role=Role.ADMIN,
                takes_two=False,
                asked_by=None,
                asked_at=at,
            )
        audit.record("system", "staff.invite_asked", asked.pk, reason=Role.ADMIN, at=at)
        link = make_link(asked, at)
        self.stdout.write(json.dumps({"link": link}) if options["json"] else f"Good once, for three days:\n{link}")
