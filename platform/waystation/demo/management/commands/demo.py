"""`manage.py demo`: the whole of Waystation on this machine, in a world of its own."""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from kernel.outbox.schedules import sync_schedules
from waystation.demo import static, supervisor
from waystation.demo.here import WORLD
from waystation.demo.logins import Logins
from waystation.demo.supervisor import Stop, Trouble, say


class Command(BaseCommand):
    """Prepare the world if it is new, run its programs, end with all of them."""

    help = "Run the demo: sandbox, worker and web server on loopback, with a world of made-up people."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; status 1 and one sentence when something is in the way."""
        began = time.monotonic()
        os.umask(0o077)  # what this world writes is its owner's alone
        try:
            supervisor.listen_to_signals()
            supervisor.check_folder(WORLD.data_dir)
            with self._place():
                logins = self._prepare()
                connections.close_all()
                supervisor.supervise(WORLD, lambda: self._announce(logins, began))
        except Stop:
            say("\nEverything is stopped.")
        except Trouble as trouble:
            sys.exit(str(trouble))
        except OSError as error:
            sys.exit(f"The demo stopped: {error}.")

    @contextlib.contextmanager
    def _place(self) -> Iterator[None]:
        """Hold folder and ports for the block, before anything is written; demo.json never outlives it."""
        with (WORLD.data_dir / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                sentence = f"Another demo is running in {WORLD.data_dir}: stop it, or choose another DATA_DIR."
                raise Trouble(sentence) from error
            WORLD.announcement.unlink(missing_ok=True)
            try:
                supervisor.check_port(WORLD.port, "PORT")
                if WORLD.has_own_sandbox:
                    supervisor.check_port(WORLD.sandbox_port, "SANDBOX_PORT")
                yield
            finally:
                WORLD.announcement.unlink(missing_ok=True)

    def _prepare(self) -> Logins:
        """Bring database, static files and scenario up to date."""
        WORLD.keep()
        (WORLD.data_dir / "mail").mkdir(mode=0o700, exist_ok=True)
        say("Bringing the database up to date …")
        try:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            sync_schedules()
        except OperationalError as error:
            raise Trouble(f"The database cannot be used: {str(error).strip()}.") from error
        if static.collect_if_changed():
            say("Static files are collected.")
        from waystation.demo.scenario import ensure  # the scenario's modules take a second to import

        return ensure(WORLD, say=say)

    def _announce(self, logins: Logins, began: float) -> None:
        """Write demo.json, and tell the person at the terminal where to go."""
        WORLD.announce(logins.as_json())
        say(f"\nWaystation is ready after {time.monotonic() - began:.0f} s. Ctrl-C stops all of it.\n")
        say(f"  pages     {WORLD.base_url}/")
        say(f"  console   {WORLD.base_url}/console/")
        say(f"  API       {WORLD.base_url}/api/docs/")
        say(f"  payments  {WORLD.stripe_api_base}{'  (sandbox: no money moves)' if WORLD.has_own_sandbox else ''}")
        say(f"  logins    {WORLD.announcement}")
        say(f"  shell     . {WORLD.data_dir / 'demo.env'}\n")
        for user in logins.users:
            say(f"  {user['role']:<12} {user['email']:<44} {user['password']}")
        say("  The one-time code of each login is in demo.json (totp_secret).")
