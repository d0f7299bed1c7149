"""`wake` for a task that stays: who has just seen that it will look again need not ask."""

import pytest
from django.db import connection
from django_q.models import OrmQ

from kernel.outbox import queue, wake
from kernel.outbox.models import Wakeup

TASK = "donations.webhooks.inbox.attend"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(queue.time, "monotonic", lambda: now[0])
    return now


def test_what_comes_soon_after_a_wake_up_asks_nothing(clock, django_assert_num_queries) -> None:
    wake(TASK, stays=10)
    clock[0] += 4.9
    with django_assert_num_queries(0):
        wake(TASK, stays=10)
    assert OrmQ.objects.count() == 1


def test_what_comes_later_than_half_of_it_asks_again(clock, django_assert_num_queries) -> None:
    wake(TASK, stays=10)
    clock[0] += 5
    with django_assert_num_queries(1):
        wake(TASK, stays=10)
    Wakeup.objects.update(waiting_since=None)  # the worker took it up
    clock[0] += 5
    wake(TASK, stays=10)
    assert OrmQ.objects.count() == 2


def test_it_counts_from_before_it_asked_and_not_from_the_answer(clock, monkeypatch) -> None:
    asks = queue._send

    def slowly(task: str) -> None:
        asks(task)
        clock[0] += 3

    monkeypatch.setattr(queue, "_send", slowly)
    wake(TASK, stays=10)
    Wakeup.objects.update(waiting_since=None)
    clock[0] += 2
    wake(TASK, stays=10)
    assert OrmQ.objects.count() == 2


def test_a_task_that_does_not_stay_is_asked_for_by_everybody(clock) -> None:
    wake(TASK)
    Wakeup.objects.update(waiting_since=None)
    wake(TASK)
    assert OrmQ.objects.count() == 2


def test_a_wake_up_that_could_not_be_sent_is_not_relied_on(clock, caplog: pytest.LogCaptureFixture) -> None:
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE django_q_ormq RENAME TO django_q_gone")
    try:
        wake(TASK, stays=10)
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE django_q_gone RENAME TO django_q_ormq")
    wake(TASK, stays=10)
    assert OrmQ.objects.count() == 1
    assert "on_commit" in caplog.text
