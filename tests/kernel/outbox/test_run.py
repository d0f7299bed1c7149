"""`worker.run`: what goes wrong in a task leaves no value behind."""

import pytest
from django.db import IntegrityError
from django_q.exceptions import TimeoutException

from kernel.outbox.models import Wakeup
from kernel.outbox.worker import run


def stumble() -> None:
    """A task whose error tells what a database's error tells."""
    raise IntegrityError("DETAIL: Failing row contains (someone@example.org)")


@pytest.mark.django_db
def test_it_raises_nothing_and_logs_no_message(caplog: pytest.LogCaptureFixture) -> None:
    run("tests.kernel.outbox.test_run.stumble")
    assert "integrity_error at stumble" in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.django_db
def test_it_survives_a_task_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    run("kernel.outbox.nowhere.nothing")
    assert "kernel.outbox.nowhere.nothing failed" in caplog.text


@pytest.mark.django_db
def test_it_takes_the_wake_up_before_it_works() -> None:
    Wakeup.objects.create(task="kernel.outbox.schedules.sync_schedules", waiting_since="2026-11-22T00:00Z")
    run("kernel.outbox.schedules.sync_schedules")
    assert Wakeup.objects.get().waiting_since is None


def linger() -> None:
    """A task that takes longer than the worker allows, while it handles an error that tells a value."""
    try:
        stumble()
    except IntegrityError:
        raise TimeoutException("Task exceeded maximum timeout value") from None


@pytest.mark.django_db
def test_it_keeps_a_task_that_took_too_long_out_of_the_workers_table(caplog: pytest.LogCaptureFixture) -> None:
    run("tests.kernel.outbox.test_run.linger")
    assert "timeout_exception at linger" in caplog.text
    assert "example.org" not in caplog.text
