"""`manage.py shut_out_client`: take every scope and token from a program, at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from api.auth.deeds import shut_out
from api.auth.models import Client


class Command(BaseCommand):
    """For a secret that was lost, and a program that misbehaves."""

    help = "Shut an API client out: every scope and token of it is gone at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("client_id")

    def handle(self, *args: Any, **options: Any) -> None:
        client = Client.objects.filter(client_id=options["client_id"]).first()
        if client is None:
            raise CommandError("There is no client with that id.")
        shut_out(client=client, by="system", at=timezone.now())
        self.stdout.write("It is shut out.")
