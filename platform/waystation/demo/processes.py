"""Processes that live exactly as long as the one that started them (Linux)."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
PATIENCE = 8.0  # seconds a process has to end by itself


def die_with_parent(parent: int) -> None:
    """Ask the kernel to send SIGTERM to this process when `parent` is gone, however it went."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it went before we asked
        os.kill(os.getpid(), signal.SIGTERM)


def _bound_to(parent: int) -> Callable[[], None]:
    """Return what a child runs between fork and exec so that it dies with `parent`."""
    return lambda: die_with_parent(parent)


@dataclass
class Program:
    """One program of the demo, in a session of its own: the terminal's Ctrl-C reaches only the supervisor."""

    name: str
    command: Sequence[str]
    log: Path | None  # None: its words go where ours go
    restarts: list[float] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program, its words going to its log."""
        with self.log.open("ab") if self.log else contextlib.nullcontext() as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # nothing but one system call: the supervisor has no threads to deadlock with
                preexec_fn=_bound_to(os.getpid()),
            )

    def ended(self) -> int | None:
        """Return the exit status once the program is over (negative: the signal that ended it), else None."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Send SIGTERM, so that work in hand is finished."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def make_sure(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then end it and whatever children it left."""
        if not self.process:
            return
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):  # nobody is left, as it should be
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> bool:
        """Start anew after it died; False when it died five times in a minute and is given up."""
        self.make_sure(0)
        now = time.monotonic()
        self.restarts = [*(at for at in self.restarts if at > now - 60), now]
        if len(self.restarts) > 5:
            return False
        self.start()
        return True

    def last_words(self, lines: int = 12) -> str:
        """Return the end of its log."""
        words = self.log.read_text(errors="replace") if self.log else ""
        return "\n".join(words.splitlines()[-lines:])


def stop_all(programs: Sequence[Program]) -> None:
    """Stop every program and its children; returns when none is left."""
    for program in programs:
        program.ask_to_stop()
    deadline = time.monotonic() + PATIENCE
    for program in programs:
        program.make_sure(deadline)
