"""`manage.py grant_application_role ROLE`: what the application needs of PostgreSQL, and nothing else."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from kernel.audit.application_role import findings, grant, statements
from kernel.states import Refusal


class Command(BaseCommand):
    """Ends with status 1, and changes nothing, when the role owns, creates or inherits anything."""

    help = "Let a role serve the application that owns nothing; run it as the owner after every migrate."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the role, and whether only to look or only to tell."""
        parser.add_argument("role", help="a role that exists, with LOGIN and nothing else")
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--check", action="store_true", help="change nothing; say what is not as it should be")
        only.add_argument("--sql", action="store_true", help="change nothing; print the statements")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, look, or tell."""
        role = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: whoever may write its file owns it.")
        if options["sql"]:
            self.stdout.write("".join(f"{statement};\n" for statement in statements(role)))
            return
        try:
            if options["check"]:
                wrong = findings(role)
                if wrong:
                    raise CommandError(f"The role {role} {'; it '.join(wrong)}.")
            else:
                grant(role)
        except Refusal as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"The role {role} owns nothing and can serve.")
