"""`manage.py recover EMAIL --group A --identity FILE --digits …`: a trustee lets a member in again."""

import json
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from kernel.disclosure.models import MemberKey
from kernel.disclosure.recovering import recover
from kernel.states import Refusal


class Command(BaseCommand):
    """Run it from the trustee's own machine, connected to the database: the identity is read here and kept nowhere."""

    help = "Sign for a member's new key as a trustee; gives the seat once two have signed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the login of the member who has made a new key in the console")
        parser.add_argument("--group", required=True, choices=["A", "B"], help="the group the trustee stands for")
        parser.add_argument("--identity", required=True, help="file with the trustee's age identity")
        parser.add_argument("--digits", required=True, help="the thirty digits the member reads out")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        key = MemberKey.objects.filter(member__user__email=options["email"].lower()).select_related("member").first()
        if key is None:
            raise CommandError("No member with that login has made a key: that is done in the console, under Keys.")
        try:
            seated = recover(
                newcomer=key,
                group=options["group"],
                identity=_identity(options["identity"]),
                digits=options["digits"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"seated": seated}))
        elif seated:
            self.stdout.write("Done: the member can open the group's key again.")
        else:
            self.stdout.write("Signed. Once another person has, the trustee of the member's group gives the seat.")


def _identity(path: str) -> pyrage.x25519.Identity:
    """Return the one identity in a file as age-keygen writes it. Raises CommandError."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise CommandError("That file cannot be read.") from None
    named = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    try:
        (only,) = named
        return pyrage.x25519.Identity.from_str(only)
    except (ValueError, pyrage.IdentityError):
        raise CommandError("That file holds no single age identity: AGE-SECRET-KEY-1….") from None
