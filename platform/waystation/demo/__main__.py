"""`python -m waystation.demo`: the whole of Waystation on this machine, in a world of its own.

Knows no Django: a second start has nothing to prepare, and need not wait for a framework to find that out.
"""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator

from waystation.demo import preparation, supervisor
from waystation.demo.here import WORLD
from waystation.demo.logins import DONOR, Logins
from waystation.demo.supervisor import Stop, Trouble, say


def main() -> None:
    """Run until Ctrl-C or SIGTERM; status 1 and one sentence when something is in the way."""
    began = time.monotonic()
    os.umask(0o077)  # what this world writes is its owner's alone
    try:
        supervisor.listen_to_signals()
        supervisor.check_folder(WORLD.data_dir)
        with _place():
            logins = preparation.prepared(WORLD)
            supervisor.supervise(WORLD, lambda: _announce(logins, began))
    except Stop:
        say("\nEverything is stopped.")
    except Trouble as trouble:
        sys.exit(str(trouble) or 1)
    except OSError as error:
        sys.exit(f"The demo stopped: {error}.")


@contextlib.contextmanager
def _place() -> Iterator[None]:
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


def _announce(logins: Logins, began: float) -> None:
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
    if WORLD.has_own_sandbox:
        say(f"  A donor has no login: {DONOR} asks for a link at {WORLD.base_url}/my-giving/,")
        say(f"  and the mail with it is the newest file in {WORLD.data_dir / 'mail'}.")


if __name__ == "__main__":
    main()
