"""Attacks on the door of the console."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client

from kernel.accounts.access import console
from kernel.accounts.sessions.store import SessionStore
from tests.console import console_client, make_factor
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.mark.parametrize(
    "address",
    [
        "/console/", "/ru/console/", "/RU/console/", "/ru-ru/console/", "/Ru/console/needs/", "/./console/",
        "/ru//console/", "/en/console/", "/console/needs/", "/ru/console/money/", "/%63onsole/", "/console%2f",
    ],
)  # fmt: skip
def test_it_lets_nobody_in_by_password_alone_however_the_address_is_written(address: str) -> None:
    browser = console_client(make_member(), second_factor=False)
    answer = browser.get(address)
    assert answer.status_code in (301, 302, 404)
    assert "/accounts/2fa/" in answer.headers.get("Location", "/accounts/2fa/") or answer.status_code == 301


def test_it_has_a_lock_of_its_own_behind_the_middleware(rf: Any) -> None:
    member = make_member()
    request = rf.get("/elsewhere/")
    request.user, request.session = member.user, SessionStore()
    with pytest.raises(PermissionDenied):
        console()(lambda request: None)(request)  # type: ignore[arg-type, return-value] # never reached


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "http://testserver@evil.example/",
    ],
)
def test_it_leads_nobody_off_the_site_after_signing_in(where: str) -> None:
    cache.clear()
    member = make_member()
    make_factor(member.user)
    answer = Client().post("/accounts/login/", {"login": member.user.email, "password": PASSWORD, "next": where})
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"].partition("?")[0]
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith(("//", "/\\"))


def test_it_gives_a_new_session_to_whoever_signs_in() -> None:
    cache.clear()
    browser = StrictClient()
    browser.cookies["sessionid"] = "a" * 32
    user = make_member().user
    make_factor(user)
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert browser.cookies["sessionid"].value not in ("", "a" * 32)
    assert browser.cookies["sessionid"]["httponly"]
    assert browser.cookies["sessionid"]["samesite"] == "Lax"
