"""`manage.py demo`: another way to say `python -m waystation.demo`."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Becomes the demo: one process, whose number and parent stay what they are."""

    help = "Run the demo: sandbox, worker and web server on loopback, with a world of made-up people."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Give this process to the demo."""
        os.execv(sys.executable, [sys.executable, "-m", "waystation.demo"])  # noqa: S606 - no shell is wanted
