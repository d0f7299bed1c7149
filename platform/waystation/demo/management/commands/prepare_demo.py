"""`manage.py prepare_demo`: what the demo does before its programs start."""

import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils import timezone

from kernel.outbox.checkpointing import keep_checkpoints
from kernel.outbox.schedules import sync_schedules
from waystation.demo import static
from waystation.demo.here import WORLD
from waystation.demo.scenario import ensure
from waystation.demo.scenario.recurring import tell_recurring
from waystation.demo.supervisor import Trouble, say


class Command(BaseCommand):
    """Brings database, schedules and static files up to date, and tells the scenario into an empty world."""

    help = "Bring the demo's world up to date; the demo calls it when something has changed."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; status 1 and one sentence when something is in the way."""
        say("Bringing the database up to date …")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            sync_schedules()
            if static.collect_if_changed():
                say("Static files are collected.")
            ensure(WORLD, say=say)
            _tell_what_comes_again()
            keep_checkpoints()
        except OperationalError as error:
            sys.exit(f"The database cannot be used: {str(error).strip()}.")
        except Trouble as trouble:
            sys.exit(str(trouble))


def _tell_what_comes_again() -> None:
    """Gifts that come again are begun at the sandbox, if this world has its own and it runs."""
    if not WORLD.has_own_sandbox:
        return
    try:
        tell_recurring(WORLD.stripe_api_base, at=timezone.now(), say=say)
    except ConnectionRefusedError:
        say("  No gifts that come again: the sandbox does not run.")
