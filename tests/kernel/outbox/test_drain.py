"""`drain`: every promise kept once, poison set aside, nothing held up."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from kernel import audit
from kernel.audit.models import AuditSeal
from kernel.outbox import GiveUp, TryAgain, enqueue
from kernel.outbox.drain import LEASE, drain, wait_after
from kernel.outbox.models import OutboxRow, OutboxState
from tests.kernel.outbox.conftest import Register

LATER = timedelta(hours=2)


@pytest.mark.django_db
def test_it_runs_the_handler_and_says_done(handler: Register) -> None:
    seen: list[str] = []
    handler("test.kind", seen.append)
    enqueue("test.kind", "th_1")
    assert drain() == 1
    assert drain() == 0
    row = OutboxRow.objects.get()
    assert seen == ["th_1"]
    assert (row.state, row.attempts, row.error, row.claim) == (OutboxState.DONE, 1, "", "")
    assert row.done_at is not None


@pytest.mark.django_db
def test_it_leaves_what_is_not_due(handler: Register) -> None:
    seen: list[str] = []
    handler("test.kind", seen.append)
    enqueue("test.kind", "th_1", due_at=timezone.now() + timedelta(hours=1))
    assert drain() == 0
    with time_machine.travel(timezone.now() + LATER, tick=True):
        assert drain() == 1
    assert seen == ["th_1"]


@pytest.mark.django_db
def test_it_tries_again_later_and_remembers_a_code_alone(handler: Register, caplog: pytest.LogCaptureFixture) -> None:
    def stumble(object_id: str) -> None:
        raise ConnectionResetError(f"{object_id}: someone@example.org refused")

    handler("test.kind", stumble)
    enqueue("test.kind", "th_1")
    drain()
    row = OutboxRow.objects.get()
    assert (row.state, row.attempts, row.error, row.claim) == (OutboxState.WAITING, 1, "connection_reset_error", "")
    assert row.due_at > timezone.now() + timedelta(seconds=2)
    assert drain() == 0
    assert "stumble" in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.django_db
def test_it_waits_at_least_as_long_as_the_handler_says(handler: Register) -> None:
    def busy(object_id: str) -> None:
        raise TryAgain("peer_busy", after=600)

    handler("test.kind", busy)
    enqueue("test.kind", "th_1")
    drain()
    row = OutboxRow.objects.get()
    assert row.error == "peer_busy"
    assert row.due_at > timezone.now() + timedelta(seconds=590)


@pytest.mark.django_db
def test_it_sets_poison_aside_and_the_others_pass(handler: Register, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def choosy(object_id: str) -> None:
        if object_id == "th_poison":
            raise ZeroDivisionError
        seen.append(object_id)

    handler("test.kind", choosy, max_attempts=3)
    for object_id in ("th_1", "th_poison", "th_2"):
        enqueue("test.kind", object_id)
    assert drain() == 3
    assert seen == ["th_1", "th_2"]
    at = timezone.now()
    for day in (1, 2, 3, 4):
        with time_machine.travel(at + timedelta(days=day), tick=True):
            drain()
    row = OutboxRow.objects.get(object_id="th_poison")
    assert (row.state, row.attempts, row.error) == (OutboxState.FAILED, 3, "zero_division_error")
    assert "set aside after 3 tries" in caplog.text


@pytest.mark.django_db
def test_it_gives_up_at_once_when_told_so(handler: Register) -> None:
    def hopeless(object_id: str) -> None:
        raise GiveUp("recipient_refused")

    handler("test.kind", hopeless)
    enqueue("test.kind", "th_1")
    drain()
    row = OutboxRow.objects.get()
    assert (row.state, row.attempts, row.error) == (OutboxState.FAILED, 1, "recipient_refused")


@pytest.mark.django_db
def test_it_keeps_what_nobody_handles_yet() -> None:
    enqueue("test.unheard_of", "th_1")
    drain()
    row = OutboxRow.objects.get()
    assert (row.state, row.error) == (OutboxState.WAITING, "no_handler")


@pytest.mark.django_db(transaction=True)
def test_the_handler_runs_outside_any_transaction(handler: Register) -> None:
    inside: list[bool] = []
    handler("test.kind", lambda object_id: inside.append(connection.in_atomic_block))
    enqueue("test.kind", "th_1")
    drain()
    assert inside == [False]


@pytest.mark.django_db(transaction=True)
def test_a_row_that_kills_its_worker_is_set_aside_too(handler: Register) -> None:
    def fatal(object_id: str) -> None:
        raise SystemExit

    handler("test.kind", fatal, max_attempts=2)
    enqueue("test.kind", "th_1")
    at = timezone.now()
    for turn in range(2):
        with time_machine.travel(at + turn * LATER, tick=True), pytest.raises(SystemExit):
            drain()
    with time_machine.travel(at + 2 * LATER, tick=True):
        drain()
    row = OutboxRow.objects.get()
    assert (row.state, row.attempts, row.error) == (OutboxState.FAILED, 2, "worker_died")


@pytest.mark.django_db(transaction=True)
def test_a_dead_workers_claim_runs_out(handler: Register) -> None:
    seen: list[str] = []
    handler("test.kind", seen.append)
    enqueue("test.kind", "th_1")
    now = timezone.now()
    OutboxRow.objects.update(claim="f" * 32, claimed_until=now + LEASE)
    assert drain() == 0
    with time_machine.travel(now + LEASE + timedelta(seconds=1), tick=True):
        assert drain() == 1
    assert seen == ["th_1"]


@pytest.mark.django_db(transaction=True)
def test_it_does_not_undo_what_the_next_holder_wrote(handler: Register) -> None:
    """A worker that slept past its lease finds the row in other hands and leaves it alone."""

    def slow(object_id: str) -> None:
        OutboxRow.objects.update(claim="", claimed_until=None, state=OutboxState.DONE, attempts=2)
        raise ZeroDivisionError

    handler("test.kind", slow)
    enqueue("test.kind", "th_1")
    drain()
    row = OutboxRow.objects.get()
    assert (row.state, row.error) == (OutboxState.DONE, "")


@pytest.mark.django_db(transaction=True)
def test_four_drains_keep_two_hundred_promises_once_each(handler: Register) -> None:
    lock, seen, failures = threading.Lock(), Counter[str](), []

    def count(object_id: str) -> None:
        with lock:
            seen[object_id] += 1

    def alone() -> None:
        try:
            while drain():
                pass
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    handler("test.kind", count)
    with transaction.atomic():
        for which in range(200):
            enqueue("test.kind", f"th_{which}")
    threads = [threading.Thread(target=alone) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    drain()
    assert len(seen) == 200
    assert set(seen.values()) == {1}
    assert set(OutboxRow.objects.values_list("state", flat=True)) == {OutboxState.DONE}


@pytest.mark.django_db(transaction=True)
def test_it_stops_in_time_and_wakes_another_for_the_rest(handler: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_q.models import OrmQ

    handler("test.kind", lambda object_id: None)
    with transaction.atomic():
        for which in range(5):
            enqueue("test.kind", f"th_{which}")
    OrmQ.objects.all().delete()
    assert drain(limit=2) == 2
    assert OutboxRow.objects.filter(state=OutboxState.WAITING, claim="").count() == 3


@pytest.mark.django_db
def test_it_seals_the_trail_on_its_way() -> None:
    audit.record("system", "a.done", "b")
    drain()
    assert AuditSeal.objects.count() == 1


def test_the_wait_doubles_up_to_an_hour_with_some_chance_in_it() -> None:
    assert all(2.5 <= wait_after(1) <= 5 for _ in range(100))
    assert all(20 <= wait_after(4) <= 40 for _ in range(100))
    assert all(1800 <= wait_after(20) <= 3600 for _ in range(100))
    assert len({wait_after(20) for _ in range(100)}) > 10
