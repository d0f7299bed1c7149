"""`manage.py checkpoint_audit`: sign how far the audit trail reaches, now; or say whose signature that is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.audit.checkpoints import statement_of
from kernel.audit.keys import public_word, signing_key
from kernel.outbox.checkpointing import checkpoint_now
from kernel.states import Refusal


class Command(BaseCommand):
    """Prints the checkpoint as the line that goes into the file; with --public-key, the key that verifies it."""

    help = "Sign how far the audit trail reaches, and send the copies; --public-key prints the key that verifies them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --public-key."""
        parser.add_argument("--public-key", action="store_true", help="print the public key, in base64, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; status 1 and a sentence when the trail does not hold or the file cannot be written."""
        if options["public_key"]:
            self.stdout.write(public_word(signing_key()))
            return
        try:
            checkpoint = checkpoint_now()
        except Refusal as refused:
            raise CommandError(refused.sentence) from None
        except OSError as error:
            raise CommandError(f"The checkpoint is stored, and its copy could not be written: {error}") from None
        self.stdout.write(statement_of(checkpoint).line())
