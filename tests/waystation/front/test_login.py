"""Signing in, from a password to the console, as a person without JavaScript does it."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from kernel.accounts.models import User
from tests.console import TOTP_SECRET, make_factor
from tests.factories.organisations import make_member

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock, and forget earlier attempts: a code is good once, for half a minute."""
    cache.clear()
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as travel:
        yield travel


def _code(secret: str) -> str:
    """Return the code an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _signed_in(browser: Client, clock: time_machine.Traveller, user: User) -> None:
    """Sign in with password and code."""
    make_factor(user)
    clock.shift(30)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": _code(TOTP_SECRET)})


@pytest.mark.django_db
def test_it_leads_from_the_password_through_the_second_factor_to_the_console() -> None:
    user = make_member().user
    make_factor(user)
    browser = Client()
    response = browser.post(
        "/accounts/login/?next=/console/", {"login": user.email, "password": PASSWORD, "next": "/console/"}
    )
    assert response.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/console/").status_code == 302
    assert "<h1>" in browser.get("/accounts/2fa/authenticate/").content.decode()
    response = browser.post("/accounts/2fa/authenticate/", {"code": _code(TOTP_SECRET)})
    assert response.headers["Location"] == "/console/"
    assert browser.get("/console/").status_code == 200


@pytest.mark.django_db
def test_it_takes_no_code_twice() -> None:
    user = make_member().user
    make_factor(user)
    answers = []
    for browser in (Client(), Client()):
        browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        answers.append(browser.post("/accounts/2fa/authenticate/", {"code": _code(TOTP_SECRET)}))
    assert [answer.status_code for answer in answers] == [302, 200]
    assert "error-summary" in answers[1].content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("steps", [-1, 1])
def test_it_takes_the_code_of_this_half_minute_alone(steps: int) -> None:
    user, browser = make_member().user, Client()
    make_factor(user)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    other = str(format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30 + steps)))
    assert browser.post("/accounts/2fa/authenticate/", {"code": other}).status_code == 200
    assert browser.post("/accounts/2fa/authenticate/", {"code": _code(TOTP_SECRET)}).status_code == 302


@pytest.mark.django_db
def test_it_lets_nobody_in_who_has_no_second_factor() -> None:
    browser, user = Client(), make_member().user
    response = browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/inactive/"
    assert browser.get("/accounts/2fa/totp/activate/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_it_closes_the_console_when_the_last_factor_is_taken_off_and_asks_for_the_new_one(
    clock: time_machine.Traveller,
) -> None:
    browser, user = Client(), make_member().user
    _signed_in(browser, clock, user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/totp/deactivate/")
    assert browser.get("/console/").headers["Location"] == "/accounts/2fa/totp/activate/"
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret
    assert "<svg" in page
    assert "data:" not in page
    response = browser.post("/accounts/2fa/totp/activate/", {"code": _code(secret[1])})
    assert response.headers["Location"] == "/accounts/2fa/recovery-codes/"
    response = browser.get("/console/")
    assert response.headers["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fconsole%2F"
    clock.shift(30)
    response = browser.post(response.headers["Location"], {"code": _code(secret[1]), "next": "/console/"})
    assert response.headers["Location"] == "/console/"
    assert browser.get("/console/").status_code == 200


@pytest.mark.django_db
def test_it_says_the_same_to_a_wrong_password_and_an_unknown_address() -> None:
    user = make_member().user
    pages = [
        Client().post("/accounts/login/", {"login": email, "password": "wrong password 123"}).content.decode()
        for email in (user.email, "nobody@waystation.invalid")
    ]
    said = [re.findall(r"<li>(.*?)</li>", page.partition("<main")[2]) for page in pages]
    assert said[0]
    assert said[0] == said[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/reauthenticate/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/inactive/",
        "/ru/accounts/2fa/",
    ],
)
def test_it_draws_every_page_of_the_login(address: str, clock: time_machine.Traveller) -> None:
    browser = Client()
    _signed_in(browser, clock, make_member().user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = browser.get(address)
    assert response.status_code == 200
    assert 'action="/accounts/logout/"' in response.content.decode() or address.startswith("/ru/")


@pytest.mark.django_db
def test_it_signs_nobody_up() -> None:
    for address in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/"):
        assert Client().get(address).status_code == 404


@pytest.mark.django_db
def test_it_takes_the_session_cookie_back_after_signing_out(clock: time_machine.Traveller) -> None:
    browser = Client()
    _signed_in(browser, clock, make_member().user)
    response = browser.post("/accounts/logout/")
    assert response.cookies["sessionid"].value == ""
