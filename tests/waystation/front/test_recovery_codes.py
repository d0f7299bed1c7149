"""Recovery codes: made with the factor, shown once, saved as a file, each good once, their use written down."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection

from kernel.accounts.models import User
from kernel.audit.models import AuditEntry
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
PAGE = "/accounts/2fa/recovery-codes/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as travel:
        yield travel


@pytest.fixture
def user() -> User:
    return make_member().user


@pytest.fixture
def browser(user: User) -> StrictClient:
    """A person at the console who has just made recovery codes."""
    here = console_client(user.member)
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert here.post(f"{PAGE}generate/").headers["Location"] == PAGE
    return here


def _shown(browser: StrictClient) -> list[str]:
    return re.findall(r"<li><code>(\d+)</code>", browser.post(PAGE).content.decode())


def _sign_in(user: User, code: str) -> int:
    browser = StrictClient()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": code})
    return browser.get("/console/").status_code


def test_it_shows_ten_codes_once(browser: StrictClient) -> None:
    before = browser.get(PAGE).content.decode()
    assert "Show my codes" in before
    assert not re.search(r"<code>\d", before)
    codes = _shown(browser)
    assert len({*codes}) == 10
    assert all(len(code) == 10 for code in codes)
    assert _shown(browser) == []
    after = browser.get(PAGE).content.decode()
    assert "Show my codes" not in after
    assert "10 codes are left" in after


def test_it_keeps_the_page_of_codes_nowhere(browser: StrictClient) -> None:
    answer = browser.post(PAGE)
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_saves_as_a_file_what_it_has_shown_and_nothing_else(browser: StrictClient) -> None:
    codes = _shown(browser)
    answer = browser.post(f"{PAGE}download/", {"code": codes})
    assert answer.content.decode().split() == codes
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser.post(f"{PAGE}download/", {"code": codes[:9]}).status_code == 400
    assert browser.post(f"{PAGE}download/").status_code == 400


def test_it_takes_each_code_once_and_writes_that_down(browser: StrictClient, user: User) -> None:
    code, other = _shown(browser)[:2]
    assert _sign_in(user, code) == 200
    assert _sign_in(user, code) == 302
    assert _sign_in(user, other) == 200
    used = AuditEntry.objects.filter(action="login.recovery_code_used")
    assert [entry.object_id for entry in used] == [user.actor] * 2
    assert code not in str([vars(entry) for entry in AuditEntry.objects.all()])


def test_it_drops_the_old_codes_for_new_ones(browser: StrictClient, user: User) -> None:
    old = _shown(browser)[0]
    browser.post(f"{PAGE}generate/")
    assert old not in _shown(browser)
    assert _sign_in(user, old) == 302


def test_it_keeps_no_code_in_clear(browser: StrictClient, user: User) -> None:
    codes = _shown(browser)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    assert not [code for code in codes if code in kept]


def test_it_lets_nobody_see_them_without_the_password_once_more(user: User) -> None:
    here = console_client(user.member)
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0})
    here = console_client(user.member)
    for answer in (here.get(PAGE), here.post(PAGE), here.post(f"{PAGE}download/")):
        assert "/accounts/reauthenticate/" in answer.headers["Location"]
