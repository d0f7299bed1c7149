"""Failed tries: each makes the next wait longer, a crowd keeps no colleague out, and no address is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from kernel.accounts.lockout.waiting import OF_ALL, OF_ONE, begin, forget_old_tries
from kernel.accounts.models import SignInTry, User
from tests.console import TOTP_SECRET, console_client, make_factor
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WRONG = "wrong password 123"
WAIT = "Too many failed login attempts"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(NOON, tick=False) as travel:
        yield travel


@pytest.fixture
def user() -> User:
    person = make_member().user
    make_factor(person)
    return person


def _try(user: User | str, password: str = WRONG, *, address: str = "203.0.113.1", **cookies: str) -> Any:
    browser = Client(REMOTE_ADDR=address)
    for name, value in cookies.items():
        browser.cookies[name] = value
    email = user if isinstance(user, str) else user.email
    return browser.post("/accounts/login/", {"login": email, "password": password})


def _let_on(user: User, **where: str) -> bool:
    return _try(user, PASSWORD, **where).status_code == 302


def test_it_lets_a_few_slips_pass_and_then_makes_each_wait_twice_as_long(
    user: User, clock: time_machine.Traveller
) -> None:
    for _ in range(5):
        assert WAIT not in _try(user).content.decode()
    assert WAIT in _try(user, PASSWORD).content.decode()
    clock.shift(timedelta(seconds=61))
    assert WAIT not in _try(user).content.decode()
    clock.shift(timedelta(seconds=61))
    assert WAIT in _try(user).content.decode()
    clock.shift(timedelta(seconds=60))
    assert _let_on(user)
    assert WAIT not in _try(user).content.decode()


def test_it_says_the_same_of_an_address_nobody_has(user: User) -> None:
    for _ in range(5):
        _try("nobody@waystation.invalid")
    assert WAIT in _try("nobody@waystation.invalid").content.decode()


def test_it_keeps_nobody_out_by_the_failures_of_a_stranger(user: User) -> None:
    for _ in range(8):
        _try(user)
    assert _let_on(user, address="203.0.113.2")


def test_it_slows_a_crowd_down_and_lets_a_known_device_pass(user: User, clock: time_machine.Traveller) -> None:
    known = console_client(user.member)
    known.get("/console/")
    device = known.cookies[settings.DEVICE_COOKIE_NAME].value
    for number in range(50):
        _try(user, address=f"198.51.100.{number}")
    assert WAIT in _try(user, PASSWORD, address="203.0.113.9").content.decode()
    assert _let_on(user, address="203.0.113.9", **{settings.DEVICE_COOKIE_NAME: device})
    for _ in range(200):
        clock.shift(timedelta(minutes=1))
        _try(user, address="198.51.100.77")
    clock.shift(OF_ALL.longest)
    assert _let_on(user, address="203.0.113.9")


def test_it_counts_a_device_for_its_own_person_alone(user: User) -> None:
    thief = console_client(make_member())
    thief.get("/console/")
    device = thief.cookies[settings.DEVICE_COOKIE_NAME].value
    cookies = {settings.DEVICE_COOKIE_NAME: device}
    for number in range(50):
        _try(user, address=f"198.51.100.{number}", **cookies)
    assert WAIT in _try(user, address="203.0.113.9", **cookies).content.decode()
    forged = {settings.DEVICE_COOKIE_NAME: f"{device[:-1]}x"}
    assert WAIT in _try(user, address="203.0.113.9", **forged).content.decode()


def test_it_makes_a_stolen_device_wait_too(user: User) -> None:
    known = console_client(user.member)
    known.get("/console/")
    cookies = {settings.DEVICE_COOKIE_NAME: known.cookies[settings.DEVICE_COOKIE_NAME].value}
    for number in range(5):
        _try(user, address=f"198.51.100.{number}", **cookies)
    assert WAIT in _try(user, PASSWORD, address="203.0.113.9", **cookies).content.decode()


def test_it_counts_codes_apart_from_passwords(user: User, clock: time_machine.Traveller) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    for _ in range(5):
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    code = format_hotp_value(hotp_value(TOTP_SECRET, int(NOON.timestamp()) // 30))
    assert WAIT in browser.post("/accounts/2fa/authenticate/", {"code": code}).content.decode()
    assert _let_on(user)


def test_it_marks_no_device_without_the_second_factor(user: User) -> None:
    browser = console_client(user.member, second_factor=False)
    browser.get("/console/")
    assert settings.DEVICE_COOKIE_NAME not in browser.cookies


def test_it_keeps_no_address_and_no_account(user: User) -> None:
    _try(user, address="203.0.113.77")
    with connection.cursor() as cursor:
        for table in ("accounts_signintry", "shared_cache", "limits_tally"):
            cursor.execute(f"SELECT * FROM {table}")
            rows = str(cursor.fetchall())
            assert "203.0.113.77" not in rows
            assert user.email not in rows


def test_it_wins_nothing_by_trying_many_times_at_once() -> None:
    words = [("one", OF_ONE)]
    assert [begin(words) is not None for _ in range(7)] == [True] * 5 + [False] * 2


def test_it_never_waits_longer_than_it_says() -> None:
    assert OF_ONE.after(1_000_000) == OF_ONE.longest
    assert OF_ALL.after(50) == timedelta(minutes=1)
    assert OF_ALL.after(10_000) == timedelta(minutes=10)


def test_it_forgets_what_is_a_day_old(user: User, clock: time_machine.Traveller) -> None:
    _try(user)
    clock.shift(timedelta(hours=25))
    forget_old_tries()
    assert not SignInTry.objects.exists()
