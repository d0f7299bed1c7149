"""`enqueue`: a promise in the caller's transaction, and one wake-up for many."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from kernel.outbox import enqueue, wake
from kernel.outbox.models import OutboxRow, Wakeup
from kernel.outbox.queue import DRAIN, LOST_AFTER, RUN
from kernel.outbox.worker import run


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_the_transaction() -> None:
    def refused_deed() -> None:
        with transaction.atomic():
            enqueue("test.kind", "th_1")
            raise LookupError

    with pytest.raises(LookupError):
        refused_deed()
    assert not OutboxRow.objects.exists()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_wakes_the_worker_once_for_a_thousand_rows_and_after_the_commit() -> None:
    with transaction.atomic():
        for which in range(20):
            enqueue("test.kind", f"th_{which}")
        assert not OrmQ.objects.exists()
    enqueue("test.kind", "th_more")
    assert OutboxRow.objects.count() == 21
    queued = OrmQ.objects.get().task
    assert (queued["func"], queued["args"]) == (RUN, (DRAIN,))


@pytest.mark.django_db(transaction=True)
def test_it_wakes_again_once_the_worker_has_taken_the_wake_up() -> None:
    enqueue("test.kind", "th_1")
    run("kernel.outbox.schedules.sync_schedules")
    assert OrmQ.objects.count() == 1
    run(DRAIN)
    enqueue("test.kind", "th_2")
    assert OrmQ.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_wakes_again_when_a_wake_up_got_lost() -> None:
    enqueue("test.kind", "th_1")
    Wakeup.objects.update(waiting_since=timezone.now() - LOST_AFTER - timedelta(seconds=1))
    enqueue("test.kind", "th_2")
    assert OrmQ.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_does_not_mind_a_wake_up_that_cannot_be_sent(caplog: pytest.LogCaptureFixture) -> None:
    # the queue's table is gone: whatever may be wrong with the broker, the deed stands
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE django_q_ormq RENAME TO django_q_gone")
    try:
        with transaction.atomic():
            enqueue("test.kind", "th_1")
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE django_q_gone RENAME TO django_q_ormq")
    assert OutboxRow.objects.count() == 1
    assert not Wakeup.objects.filter(waiting_since__isnull=False).exists()
    assert "on_commit" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_it_does_not_wake_for_later() -> None:
    enqueue("test.kind", "th_1", due_at=timezone.now() + timedelta(hours=1))
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_every_task_has_a_wake_up_of_its_own() -> None:
    wake("donations.inbox.drain")
    wake("donations.inbox.drain")
    wake(DRAIN)
    assert sorted(row.task["args"][0] for row in OrmQ.objects.all()) == ["donations.inbox.drain", DRAIN]


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["someone@example.org", "two words", "", "x" * 81, '{"name": 1}'])
def test_it_carries_an_id_and_nothing_else(value: str) -> None:
    with pytest.raises(ValueError, match="a kind and an id, nothing else") as caught:
        enqueue("test.kind", value)
    assert not value or value not in str(caught.value)
