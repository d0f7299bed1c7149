"""Watches: what every process of the worker looks after beside its tasks."""

import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django_q.signals import post_spawn

from kernel.outbox import often
from kernel.outbox.registry import WATCHED
from kernel.outbox.watching import look

looked = threading.Semaphore(0)


def see() -> None:
    looked.release()
    raise OperationalError("a value that belongs in no log")


@pytest.fixture(autouse=True)
def _one_watch_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = dict(WATCHED)
    WATCHED.clear()
    yield
    WATCHED.clear()
    WATCHED.update(known)


def test_a_new_process_of_the_worker_looks_again_and_again_whatever_goes_wrong() -> None:
    often(0.01, "tests.kernel.outbox.test_watching.see")
    post_spawn.send(sender="django_q", proc_name="worker")
    for _ in range(3):
        assert looked.acquire(timeout=30)


def test_what_went_wrong_is_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    look("tests.kernel.outbox.test_watching.see")
    assert "operational_error" in caplog.text
    assert "belongs in no log" not in caplog.text
