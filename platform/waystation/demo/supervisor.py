"""Run sandbox, worker and web server together, and leave nothing behind."""

import contextlib
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from waystation.demo.processes import Program, die_with_parent, stop_all
from waystation.demo.world import HOST, ROOT, World

READY_WITHIN = 60.0  # seconds


class Trouble(Exception):
    """The demo cannot go on; the message is the sentence to show."""


class Stop(BaseException):
    """Somebody asked the demo to end. Like KeyboardInterrupt, no `except Exception` on the way swallows it."""


def say(words: str) -> None:
    """Show one line at once; a reader that went away is no reason to stop."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{words}\n")
        sys.stdout.flush()


def check_port(port: int, variable: str) -> None:
    """Raise Trouble when another program listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            sentence = (
                f"Port {port} is taken: stop what uses it, or choose another, as in {variable}={port + 10} make demo."
            )
            raise Trouble(sentence) from error


def check_folder(folder: Path) -> None:
    """Raise Trouble when the world's folder cannot be made or written to."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        sentence = f"The folder {folder} cannot be written to ({error.strerror}): choose another with DATA_DIR."
        raise Trouble(sentence) from error


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Set what the three ways of asking for the end do."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    """Signal handler: turn the first signal into Stop; those that follow find us stopping already."""
    _on_signals(signal.SIG_IGN)
    raise Stop


def listen_to_signals() -> None:
    """End in good order on Ctrl-C, SIGTERM, a closed terminal, and the death of whoever started us."""
    _on_signals(_stop)
    die_with_parent(os.getppid())


def sandbox(world: World) -> list[str]:
    """Return the command of the world's own sandbox, as long as it delivers nothing."""
    return [
        sys.executable, "-m", "donations.gateway.sandbox", "--port", str(world.sandbox_port),
        "--state", str(world.data_dir / "sandbox.sqlite3"),
        "--api-key", world.secrets["STRIPE_API_KEY"], "--die-with-parent",
    ]  # fmt: skip


def programs(world: World) -> list[Program]:
    """Return what makes up the running demo, in the order of starting."""
    logs = world.data_dir / "log"
    logs.mkdir(mode=0o700, exist_ok=True)
    manage = [sys.executable, str(ROOT / "manage.py")]
    found = {
        "sandbox": [
            *sandbox(world),
            "--webhook-url", f"{world.base_url}/stripe/webhook/",
            "--webhook-secret", world.secrets["STRIPE_WEBHOOK_SECRETS"].split(",")[0],
        ],
        "worker": [*manage, "qcluster"],
        "web server": [
            sys.executable, "-m", "gunicorn", "--config", "python:waystation.gunicorn",
            "--bind", f"{HOST}:{world.port}", "waystation.wsgi:application",
        ],
    }  # fmt: skip
    if not world.has_own_sandbox:
        del found["sandbox"]
    return [Program(name, command, logs / f"{name.split()[0]}.log") for name, command in found.items()]


@contextlib.contextmanager
def running(world: World) -> Iterator[list[Program]]:
    """Start all programs for the block; none of them outlives it."""
    started = programs(world)
    try:
        for program in started:
            if program.log:
                program.log.unlink(missing_ok=True)
            program.start()
        yield started
    finally:
        _on_signals(signal.SIG_IGN)  # nothing may cut this short
        stop_all(started)


def tend(started: list[Program]) -> None:
    """Start again what has died, and say so; raises Trouble when one keeps dying."""
    for program in started:
        status = program.ended()
        if status is None:
            continue
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        if not program.start_again():
            raise Trouble(
                f"{program.last_words()}\nThe {program.name} {how} again and again; its log is {program.log}."
            )
        say(f"The {program.name} {how}; it is running again.")


def _answers(url: str) -> bool:
    """Whether a GET of a loopback URL answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(world: World, started: list[Program]) -> None:
    """Return when every part answers; raises Trouble when that takes too long."""
    deadline = time.monotonic() + READY_WITHIN
    while not _answers(f"{world.base_url}/readyz"):
        tend(started)
        if time.monotonic() > deadline:
            web = next(program for program in started if program.name == "web server")
            sentence = f"The demo was not ready within {READY_WITHIN:.0f} s; its logs are in {world.data_dir / 'log'}."
            raise Trouble(f"{web.last_words()}\n{sentence}")
        time.sleep(0.1)


def supervise(world: World, when_ready: Callable[[], None]) -> None:
    """Run the demo until somebody ends it; `when_ready` is called once it serves."""
    with running(world) as started:
        wait_until_ready(world, started)
        when_ready()
        while True:
            tend(started)
            time.sleep(0.3)
