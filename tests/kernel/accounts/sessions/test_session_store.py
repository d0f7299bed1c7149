"""Sessions: two limits on the server, keys kept as hashes, and no life after the end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import RequestFactory

from kernel.accounts.models import Session
from kernel.accounts.sessions.ending import end_sessions, forget_ended, sessions_of
from kernel.accounts.sessions.store import SessionStore, hashed
from tests.console import console_client
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


def test_it_ends_after_half_an_hour_without_use(clock: time_machine.Traveller) -> None:
    browser = console_client(make_member())
    clock.shift(timedelta(minutes=29))
    assert browser.get("/console/").status_code == 200
    clock.shift(timedelta(minutes=29))
    assert browser.get("/console/").status_code == 200
    clock.shift(timedelta(minutes=31))
    assert "/login/" in browser.get("/console/").headers["Location"]


def test_it_ends_after_eight_hours_whatever_is_done_with_it(clock: time_machine.Traveller) -> None:
    member = make_member()
    browser = console_client(member)
    for _ in range(23):
        clock.shift(timedelta(minutes=20))
        assert browser.get("/console/").status_code == 200
    clock.shift(timedelta(minutes=20))
    assert "/login/" in browser.get("/console/").headers["Location"]


def test_it_grows_no_younger_with_a_new_key(clock: time_machine.Traveller, rf: RequestFactory) -> None:
    member = make_member()
    browser = console_client(member)
    clock.shift(timedelta(minutes=20))
    request: Any = rf.get("/")
    request.session, request.user = SessionStore(browser.cookies["sessionid"].value), member.user
    update_session_auth_hash(request, member.user)
    request.session.save()
    [row] = Session.objects.all()
    assert row.begun_at == NOON
    assert row.used_at == NOON + timedelta(minutes=20)


def test_it_keeps_no_key_that_opens_it() -> None:
    browser = console_client(make_member())
    key = browser.cookies["sessionid"].value
    row = Session.objects.get()
    assert row.pk == hashed(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_session")
        assert key not in str(cursor.fetchall())
    thief = console_client(make_member())
    thief.cookies["sessionid"] = row.pk
    assert "/login/" in thief.get("/console/").headers["Location"]


def test_it_does_not_come_back_when_it_was_ended_during_a_request() -> None:
    member = make_member()
    browser = console_client(member)
    store = SessionStore(browser.cookies["sessionid"].value)
    store["word"] = "new"
    end_sessions(member.user_id)
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_it_notes_its_use_once_a_minute(clock: time_machine.Traveller) -> None:
    browser = console_client(make_member())
    for seconds in (30, 31):
        clock.shift(timedelta(seconds=seconds))
        browser.get("/console/")
    assert Session.objects.get().used_at == NOON + timedelta(seconds=61)


def test_it_is_cleared_away_when_it_is_over(clock: time_machine.Traveller) -> None:
    member, other = make_member(), make_member()
    console_client(member)
    clock.shift(timedelta(minutes=20))
    console_client(other)
    clock.shift(timedelta(minutes=20))
    forget_ended()
    assert [row.user for row in Session.objects.all()] == [other.user]
    assert sessions_of(other.user).count() == 1
