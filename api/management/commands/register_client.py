"""`manage.py register_client`: let a program of an organisation speak to the API."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.auth.deeds import register_client
from api.auth.scopes import SCOPES
from kernel.accounts.models import Organisation
from kernel.states import Refusal


class Command(BaseCommand):
    """Prints the secret once; it is kept as a hash."""

    help = "Register an API client of an organisation and print its id and secret, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("organisation", help="the organisation's id, org_…")
        parser.add_argument("name", help="what the program is called")
        parser.add_argument("--scope", action="append", required=True, metavar="SCOPE", help=", ".join(SCOPES))
        parser.add_argument("--return-url", action="append", default=[], help="where donors may be sent back to")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(pk=options["organisation"]).first()
        if organisation is None:
            raise CommandError("There is no organisation with that id.")
        try:
            client, secret = register_client(
                organisation=organisation,
                name=options["name"],
                scopes=options["scope"],
                return_urls=options["return_url"],
                by="system",
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal.sentence)) from None
        if options["json"]:
            told = {"client_id": client.client_id, "client_secret": secret, "scopes": client.scopes}
            self.stdout.write(json.dumps(told))
        else:
            self.stdout.write(f"client_id      {client.client_id}")
            self.stdout.write(f"client_secret  {secret}")
            self.stdout.write("Write the secret down now: it cannot be shown again.")
