"""`seal_pending`: chains what was recorded, once each, whoever else is sealing."""

import threading

import pytest
from django.db import connection, transaction

from kernel import audit
from kernel.audit.canonical import GENESIS
from kernel.audit.models import AuditEntry, AuditSeal, AuditUnsealed
from kernel.audit.verify import verify_trail


def record_some(number: int, actor: str = "system") -> None:
    for which in range(number):
        audit.record(actor, "thing.done", f"th_{which}")


@pytest.mark.django_db
def test_it_chains_every_entry_in_order() -> None:
    record_some(5)
    assert audit.seal_pending() == 5
    seals = list(AuditSeal.objects.order_by("position"))
    assert [seal.position for seal in seals] == [1, 2, 3, 4, 5]
    assert [seal.previous_hash for seal in seals] == [GENESIS, *(seal.hash for seal in seals[:-1])]
    assert not AuditUnsealed.objects.exists()
    assert verify_trail().fault is None


@pytest.mark.django_db
def test_it_goes_on_where_it_ended_and_rests_when_there_is_nothing() -> None:
    record_some(2)
    audit.seal_pending()
    assert audit.seal_pending() == 0
    record_some(1)
    assert audit.seal_pending() == 1
    assert AuditSeal.objects.get(position=3).previous_hash == AuditSeal.objects.get(position=2).hash


@pytest.mark.django_db
def test_it_works_through_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.audit.sealing.BATCH", 3)
    record_some(8)
    assert audit.seal_pending() == 8
    assert verify_trail().sealed == 8


@pytest.mark.django_db
def test_it_is_not_stopped_by_a_sealed_entry_that_is_said_to_wait() -> None:
    record_some(2)
    audit.seal_pending()
    AuditUnsealed.objects.create(entry=AuditEntry.objects.order_by("pk")[0])
    record_some(1)
    assert audit.seal_pending() == 1
    assert verify_trail().fault is None


@pytest.mark.django_db(transaction=True)
def test_it_seals_once_with_four_sealers_and_four_writers() -> None:
    failures: list[BaseException] = []

    def alone(work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    def write() -> None:
        for which in range(25):
            with transaction.atomic():
                audit.record(f"user:{threading.get_ident()}", "thing.done", f"th_{which}")

    def seal() -> None:
        for _ in range(25):
            audit.seal_pending()

    threads = [threading.Thread(target=alone, args=(work,)) for work in (write, seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    audit.seal_pending()
    verdict = verify_trail()
    assert (verdict.sealed, verdict.unsealed, verdict.fault) == (100, 0, None)
    assert AuditEntry.objects.count() == 100


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_finds_an_entry_whose_deed_took_longer_than_later_ones() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow_deed() -> None:
        with transaction.atomic():
            audit.record("system", "slow.done", "th_slow")
            begun.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow_deed)
    thread.start()
    begun.wait(10)
    audit.record("system", "quick.done", "th_quick")
    assert audit.seal_pending() == 1
    go_on.set()
    thread.join()
    assert audit.seal_pending() == 1
    assert verify_trail().fault is None
    assert AuditSeal.objects.get(position=2).entry.action == "slow.done"
