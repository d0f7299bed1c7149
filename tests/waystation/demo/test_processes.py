"""A program lives exactly as long as the one that started it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from waystation.demo.processes import Program, stop_all

# starts a grandchild that outlives any polite request, and says its number
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)  # which the grandchild inherits
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""
PARENT = """
import sys, time
from pathlib import Path
from waystation.demo.processes import Program
program = Program("child", [sys.executable, "-c", "import time; time.sleep(60)"], Path(sys.argv[1]))
program.start()
print(program.process.pid, flush=True)
time.sleep(60)
"""


def _alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "words.log"


@pytest.fixture
def stubborn(log: Path) -> Iterator[Program]:
    program = Program("stubborn", [sys.executable, "-c", STUBBORN], log)
    program.start()
    assert _within(10, lambda: log.read_text().strip().isdigit())
    yield program
    program.make_sure(0)


def test_it_ends_a_program_that_will_not_and_its_children(stubborn: Program, log: Path) -> None:
    grandchild = int(log.read_text())
    assert stubborn.process is not None
    stubborn.make_sure(time.monotonic() + 0.1)
    assert stubborn.ended() == -signal.SIGKILL
    assert _within(5, lambda: not _alive(grandchild))


def test_it_lets_a_willing_program_end_by_itself(log: Path) -> None:
    program = Program("willing", ["sleep", "60"], log)
    program.start()
    stop_all([program])
    assert program.ended() == -signal.SIGTERM


def test_it_dies_with_a_parent_that_was_killed(log: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(log)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _alive(child)
        os.kill(parent.pid, signal.SIGKILL)
        assert _within(5, lambda: not _alive(child))


def test_it_starts_again_and_gives_up_after_five_times_in_a_minute(log: Path) -> None:
    program = Program("brief", ["true"], log)
    program.start()
    assert [program.start_again() for _ in range(6)] == [True] * 5 + [False]
    program.make_sure(0)
