"""The worker itself, as its own process: a row written here is taken up there, soon, whatever becomes of the worker."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django_q.models import OrmQ, Task

from kernel.outbox import enqueue, wake
from kernel.outbox.models import OutboxRow

Start = Callable[[], subprocess.Popen[bytes]]

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """Where another process finds the test database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return re.sub(r"/[\w-]+(?=\?|$)", f"/{name}", os.environ["DATABASE_URL"], count=1)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts a worker on the test database; all are gone at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        surroundings = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "waystation.settings.demo",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": database_url(),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=settings.ROOT,
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def seconds_until(true: Callable[[], bool], limit: float) -> float:
    """Wait for something to be true and return how long it took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < limit, f"not within {limit} s"
        time.sleep(0.02)
    return time.monotonic() - begun


def tried(row: OutboxRow) -> Callable[[], bool]:
    """Whether a row has been tried: nobody handles its kind, which is noted on it."""
    return lambda: OutboxRow.objects.filter(pk=row.pk, error="no_handler").exists()


def test_a_row_is_taken_up_within_two_seconds(worker: Start) -> None:
    worker()
    first = enqueue("test.unheard_of", "th_0")
    seconds_until(tried(first), 30)
    waits = [seconds_until(tried(enqueue("test.unheard_of", f"th_{which}")), 10) for which in range(1, 6)]
    assert sorted(waits)[2] < 2
    seconds_until(lambda: not OrmQ.objects.exists(), 5)
    assert not Task.objects.exists()


def test_what_was_written_while_no_worker_ran_is_taken_up_by_the_next(worker: Start) -> None:
    dead = worker()
    seconds_until(tried(enqueue("test.unheard_of", "th_0")), 30)
    os.killpg(dead.pid, signal.SIGKILL)
    dead.wait(10)
    row = enqueue("test.unheard_of", "th_1")
    worker()
    seconds_until(tried(row), 30)


def test_a_task_that_fails_leaves_no_text_in_the_workers_tables(worker: Start) -> None:
    worker()
    wake("tests.kernel.outbox.test_run.stumble")
    row = enqueue("test.unheard_of", "th_0")
    seconds_until(tried(row), 30)
    seconds_until(lambda: not OrmQ.objects.exists(), 5)
    assert not Task.objects.exists()
