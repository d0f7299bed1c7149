"""A try is counted once, for all processes, under a word that leads nowhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.test import RequestFactory

from kernel.limits.models import DailySalt, Tally
from kernel.limits.salts import forget_yesterday, salt_of, today
from kernel.limits.taking import take
from tests.attacks.canaries.places import database_bytes
from tests.kernel.audit.test_grant_application_role import APPLICATION_ROLE, grant, serving_as

ADDRESS = "203.0.113.77"


@pytest.mark.django_db
def test_it_counts_down_then_refuses_until_the_window_is_over(rf: RequestFactory) -> None:
    visitor = rf.post("/", REMOTE_ADDR=ADDRESS)
    with time_machine.travel("2026-06-01T10:00:15Z", tick=False) as clock:
        standings = [take("form", visitor, "2/min") for _ in range(3)]
        assert [(one.allowed, one.left, one.reset) for one in standings] == [
            (True, 1, 45),
            (True, 0, 45),
            (False, 0, 45),
        ]
        clock.shift(45)
        assert take("form", visitor, "2/min").allowed


@pytest.mark.django_db
def test_it_keeps_a_bucket_per_purpose_per_visitor_and_per_word(rf: RequestFactory) -> None:
    one, other = rf.post("/", REMOTE_ADDR=ADDRESS), rf.post("/", REMOTE_ADDR="203.0.113.78")
    for purpose, who in (("a", one), ("b", one), ("a", other), ("a", ADDRESS), ("a", "everybody")):
        assert take(purpose, who, "1/day").allowed
        assert not take(purpose, who, "1/day").allowed


@pytest.mark.parametrize("rate", ["", "600", "x/min", "0/min", "6/year", "-1/min", "²/min"])
def test_it_refuses_a_rate_it_cannot_read(rate: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        take("form", "somebody", rate)


@pytest.mark.django_db(transaction=True)
def test_it_does_not_give_a_try_back_with_a_refusal() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        take("form", "somebody", "1/min")


@pytest.mark.django_db(transaction=True)
def test_it_counts_every_one_of_many_at_once() -> None:
    tries, threads = 40, 8

    def one(number: int) -> int:
        try:
            return take("form", "everybody", "1000/day").left
        finally:
            connections.close_all()

    with time_machine.travel("2026-06-01T10:00:00Z", tick=True), ThreadPoolExecutor(threads) as pool:
        left = sorted(pool.map(one, range(tries)))
    assert left == list(range(1000 - tries, 1000))
    assert DailySalt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_leaves_neither_address_nor_salt_once_the_day_is_over(rf: RequestFactory) -> None:
    with time_machine.travel("2026-06-01T23:00:00Z", tick=False):
        take("form", rf.post("/", REMOTE_ADDR=ADDRESS), "1/day")
        salt = salt_of(today())
    word = Tally.objects.get().word
    assert any(_holds(content, salt) for _name, content in database_bytes())
    with time_machine.travel("2026-06-02T00:00:01Z", tick=False):
        forget_yesterday()
        assert not Tally.objects.exists()
        assert not DailySalt.objects.exists()
        for _name, content in database_bytes():
            assert not _holds(content, salt)
            assert word.encode() not in content
            assert ADDRESS.encode() not in content


def _holds(content: bytes, salt: bytes) -> bool:
    return salt in content or salt.hex().encode() in content


@pytest.mark.django_db(transaction=True)
def test_it_keeps_the_salt_of_today_when_it_forgets() -> None:
    with time_machine.travel("2026-06-01T10:00:00Z", tick=False):
        salt = salt_of(today())
        assert take("form", "somebody", "1/day").allowed
        forget_yesterday()
        assert salt_of(today()) == salt
        assert not take("form", "somebody", "1/day").allowed


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_it_begins_a_new_file_even_as_a_role_that_owns_nothing() -> None:
    grant()
    with time_machine.travel("2026-06-01T10:00:00Z", tick=False), serving_as(APPLICATION_ROLE):
        salt, before = salt_of(today()), _file_of_salts()
        assert take("form", "somebody", "1/day").allowed
        forget_yesterday()
        assert (salt_of(today()), _file_of_salts() != before) == (salt, True)


def _file_of_salts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode('limits_dailysalt')")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.postgresql
def test_it_is_in_no_journal_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relpersistence FROM pg_class WHERE relname LIKE 'limits_%' AND relkind = 'r'")
        assert dict(cursor.fetchall()) == {"limits_dailysalt": "u", "limits_tally": "u"}
