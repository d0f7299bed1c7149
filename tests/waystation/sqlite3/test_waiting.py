"""Beginning to write on SQLite: whoever finds the place taken gets it soon after it is free, or is told."""

import sqlite3
import time
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from kernel.outbox.models import Wakeup
from tests.offers.matching.rows import make_organisation
from waystation.sqlite3.base import LINES, Line

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def other() -> Iterator[sqlite3.Connection]:
    """Another writer, in the middle of its work."""
    one = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None, check_same_thread=False)
    one.execute("BEGIN IMMEDIATE")
    yield one
    one.close()


def test_it_begins_once_the_other_has_ended(other: sqlite3.Connection) -> None:
    gone = Event()

    def end() -> None:
        time.sleep(0.05)
        gone.set()
        other.execute("ROLLBACK")

    thread = Thread(target=end)
    thread.start()
    with transaction.atomic():
        assert gone.is_set()
        make_organisation("Ours")
    thread.join()


def test_a_single_statement_waits_for_its_turn_outside_sqlite(other: sqlite3.Connection) -> None:
    """Inside it would hold what whoever has the place may need to go on."""
    gone = Event()

    def end() -> None:
        time.sleep(0.1)
        gone.set()
        other.execute("ROLLBACK")

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (0,)
    thread = Thread(target=end)
    thread.start()
    Wakeup.objects.filter(task="nothing").update(waiting_since=None)
    assert gone.is_set()
    thread.join()


def test_a_single_statement_gives_up_when_its_patience_is_over(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with pytest.raises(OperationalError, match="locked"):
        Wakeup.objects.filter(task="nothing").update(waiting_since=None)
    other.execute("ROLLBACK")
    connection.close()


def test_it_gives_up_when_its_patience_is_over(other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        make_organisation("Ours")
    other.execute("ROLLBACK")
    with transaction.atomic():
        make_organisation("Ours")
    connection.close()


def test_what_is_wrong_otherwise_is_not_tried_again() -> None:
    connection.ensure_connection()
    with transaction.atomic(), pytest.raises(OperationalError, match="within a transaction"):
        connection._start_transaction_under_autocommit()


def test_the_threads_of_a_process_come_in_their_order_and_nobody_waits_for_one_who_left() -> None:
    line, came = Line(), []
    assert line.enter(0)
    assert not line.enter(0.01)  # gave up, and is not in it any more
    threads = []
    for number in range(5):

        def write(number: int = number) -> None:
            assert line.enter(30)
            came.append(number)
            line.leave()

        threads.append(Thread(target=write))
        threads[-1].start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join(30)
    assert came == [0, 1, 2, 3, 4]
    assert line.enter(0)


def test_a_writer_leaves_the_line_whatever_becomes_of_its_work() -> None:
    line = LINES[str(connection.settings_dict["NAME"])]
    with transaction.atomic():
        assert not line.enter(0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    with transaction.atomic():
        connection.close()
    assert line.enter(0)
    line.leave()
