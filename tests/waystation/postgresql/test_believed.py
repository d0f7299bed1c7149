"""A connection that answered a moment ago is not asked whether it lives; one that is dead is let go of all the same."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from kernel.outbox.models import Wakeup
from waystation.postgresql import base

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [1000.0]
    monkeypatch.setattr(base.time, "monotonic", lambda: now[0])
    connection.close()
    assert connection.settings_dict["CONN_HEALTH_CHECKS"]
    yield now
    connection.close()


def _request() -> list[str]:
    """Do what a request does first and last; return what the database was asked besides."""
    asked: list[str] = []
    connection.close_if_unusable_or_obsolete()
    own = connection.is_usable
    connection.is_usable = lambda: asked.append("alive?") or own()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        del connection.is_usable
    return asked


def _cut() -> None:
    """End the connection from outside."""
    words = connections["default"].get_connection_params()
    with (
        psycopg.connect(dbname=words["dbname"], user=words["user"], host=words["host"], autocommit=True) as other,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_backend_pid()")
        other.execute("SELECT pg_terminate_backend(%s)", [cursor.fetchone()[0]])


def test_it_is_asked_once_a_second(clock) -> None:
    assert [_request() for _ in range(3)] == [[], [], []]  # it was opened just now
    clock[0] += base.BELIEVED
    assert [_request() for _ in range(3)] == [["alive?"], [], []]


def test_one_that_died_a_while_ago_is_replaced_unnoticed(clock) -> None:
    _request()
    _cut()
    clock[0] += base.BELIEVED
    assert _request() == ["alive?"]


def test_one_that_died_just_now_fails_one_request_and_no_other(clock) -> None:
    _request()
    _cut()
    with pytest.raises(OperationalError):
        _request()
    assert _request() == []


def test_a_transaction_that_outlasts_the_second_is_not_asked_in_the_middle(clock) -> None:
    after: list[str] = []
    _request()
    connection.close_if_unusable_or_obsolete()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        transaction.on_commit(lambda: after.append("committed"))
        clock[0] += base.BELIEVED
    assert connection.get_autocommit()
    assert after == ["committed"]


def _collide(clock: list[float]) -> None:
    """Write what is there already, which takes longer than the second."""
    try:
        Wakeup.objects.bulk_create([Wakeup(task="one")])
    finally:
        clock[0] += base.BELIEVED


def test_a_conflict_that_is_handled_after_that_second_stays_handled(clock) -> None:
    _request()
    connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        Wakeup.objects.create(task="one")
        with pytest.raises(IntegrityError), transaction.atomic():
            _collide(clock)
        Wakeup.objects.create(task="two")
    assert Wakeup.objects.count() == 2
