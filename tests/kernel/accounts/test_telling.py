"""The trail and the log know of every sign-in and of everyone who was turned away, and not from where they came."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from kernel.accounts.models import User
from kernel.audit.models import AuditEntry
from tests.console import code_now, console_client, make_factor
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Stop the clock: a code is good for half a minute, and which ones are not is known."""
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def user() -> User:
    cache.clear()
    person = make_member().user
    make_factor(person)
    return person


def told() -> list[tuple[str, str, str, str]]:
    entries = AuditEntry.objects.filter(action__in=["login.signed_in", "login.refused"]).order_by("pk")
    return list(entries.values_list("actor", "action", "object_id", "reason"))


def test_it_tells_who_signed_in_and_by_what(user: User) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert told() == [(user.actor, "login.signed_in", user.actor, "password.totp")]


def test_it_tells_of_a_refused_password_whoever_it_was_tried_for(user: User) -> None:
    for email in (user.email, "nobody@waystation.invalid"):
        Client().post("/accounts/login/", {"login": email, "password": "not the password"})
    assert told() == [
        ("page", "login.refused", user.actor, "password"),
        ("page", "login.refused", "login:unknown", "password"),
    ]


def test_it_tells_of_a_refused_code(user: User) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert told() == [("page", "login.refused", user.actor, "code")]


def test_it_logs_who_was_turned_away_from_what(caplog: pytest.LogCaptureFixture) -> None:
    member = make_member(role="finance")
    with caplog.at_level(logging.WARNING):
        assert console_client(member).get("/console/needs/").status_code == 403
    assert f"{member.user.actor} was turned away from offers:needs" in caplog.text
