"""The page that unlocks one's own key: six words, a cookie, a quarter of an hour."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from kernel.accounts.models import Member
from kernel.audit.models import AuditEntry
from kernel.disclosure.models import Unlock
from kernel.disclosure.opening import lock_member_key
from kernel.disclosure.unlocking.request import unlocked_key
from kernel.states import Refusal
from tests.console import console_client
from tests.factories.keys import Keyed, make_keyed
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
UNLOCK, LOCK = "/console/vault/unlock/", "/console/vault/lock/"
WORDS = "lusab babad gutih tugad sutan lutos"


@pytest.fixture
def member(db: None) -> Member:
    """A caseworker whose six words are WORDS."""
    member = make_member()
    key = lock_member_key(member, WORDS)
    key.group, key.created_at = "A", timezone.now()
    key.save()
    return member


@pytest.fixture
def keyed(db: None) -> Keyed:
    return make_keyed(make_member())


def key_seen_by(browser: StrictClient, member: Member) -> bytes:
    """What a view of this browser would get. Raises its Refusal."""
    request = RequestFactory().get("/console/")
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    request.session = browser.session
    request.user = type(member).objects.get(pk=member.pk).user
    return unlocked_key(request)


def locked(browser: StrictClient, member: Member) -> str:
    with pytest.raises(Refusal) as caught:
        key_seen_by(browser, member)
    return caught.value.code


def test_it_unlocks_and_goes_on_to_the_page_one_came_from(member: Member) -> None:
    browser = console_client(member)
    page = browser.get(f"{UNLOCK}?next=/ru/console/needs/")
    assert 'value="/ru/console/needs/"' in page.content.decode()
    answer = browser.post(UNLOCK, {"passphrase": WORDS, "next": "/ru/console/needs/"})
    assert answer.headers["Location"] == "/ru/console/needs/"
    assert len(key_seen_by(browser, member)) == 32
    assert "open" in browser.get(UNLOCK).content.decode()
    cookie = browser.cookies["vault"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Strict", "/", 900)
    assert len(base64.urlsafe_b64decode(cookie.value)) == 32
    browser.post(UNLOCK, {"passphrase": "wrong"})
    assert len(key_seen_by(browser, member)) == 32


def test_the_cookie_is_for_https_alone_where_the_session_is(member: Member, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = console_client(member)
    browser.post(UNLOCK, {"passphrase": WORDS})
    assert browser.cookies["vault"]["secure"]


def test_wrong_words_are_told_and_waited_for(keyed: Keyed) -> None:
    browser = console_client(keyed.member)
    answer = browser.post(UNLOCK, {"passphrase": "six words that are not mine"})
    assert answer.status_code == 400
    assert "That is not your passphrase" in answer.content.decode()
    assert "six words that are not mine" not in answer.content.decode()
    assert "vault" not in browser.cookies
    again = browser.post(UNLOCK, {"passphrase": "six words that are not mine"})
    assert again.status_code in (400, 429)
    assert locked(browser, keyed.member) == "locked"


def test_it_answers_busy_while_somebody_else_derives(keyed: Keyed, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_words: Any) -> bytes:
        raise Refusal("busy", "Somebody else is unlocking just now: try again in a few seconds.", "passphrase")

    monkeypatch.setattr("waystation.front.vault.unlock_session", busy)
    answer = console_client(keyed.member).post(UNLOCK, {"passphrase": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


@pytest.mark.parametrize(
    "where",
    ["https://evil.example/console/", "//evil.example/console/", "/\\evil.example", "/give/", "javascript:1", ""],
)
def test_it_leads_nowhere_else(keyed: Keyed, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("waystation.front.vault.unlock_session", lambda **_words: b"c" * 32)
    answer = console_client(keyed.member).post(UNLOCK, {"passphrase": "x", "next": where})
    assert answer.headers["Location"] == UNLOCK


def test_it_ends_after_a_quarter_of_an_hour_however_busy_one_is(keyed: Keyed) -> None:
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        browser = keyed.browser()
        clock.shift(timedelta(minutes=14, seconds=59))
        browser.get("/console/")
        assert key_seen_by(browser, keyed.member) == keyed.private_key
        clock.shift(timedelta(seconds=1))
        assert locked(browser, keyed.member) == "locked"
        assert "It locks by itself" not in browser.get(UNLOCK).content.decode()


def test_it_locks_at_once(keyed: Keyed) -> None:
    browser = keyed.browser()
    assert browser.get(LOCK).status_code == 405
    answer = browser.post(LOCK)
    assert answer.headers["Location"] == UNLOCK
    assert answer.cookies["vault"]["max-age"] == 0
    assert not Unlock.objects.exists()


def test_signing_out_locks(keyed: Keyed) -> None:
    browser = keyed.browser()
    browser.post("/accounts/logout/")
    assert not Unlock.objects.exists()
    assert AuditEntry.objects.get(action="disclosure.locked").reason == "signed_out"


def test_another_password_locks_everywhere(keyed: Keyed) -> None:
    elsewhere = keyed.browser()
    browser = keyed.browser()
    browser.post(
        "/accounts/password/change/",
        {
            "oldpassword": "a long enough password",
            "password1": "quite another sentence 7",
            "password2": "quite another sentence 7",
        },
    )
    assert not Unlock.objects.exists()
    assert locked(elsewhere, keyed.member) == "locked"


def test_a_stolen_cookie_opens_nothing_in_another_session_or_for_another_person(keyed: Keyed) -> None:
    victim = keyed.browser()
    colleague = make_keyed(make_member())
    for thief in (console_client(keyed.member), console_client(colleague.member)):
        thief.cookies["vault"] = victim.cookies["vault"].value
        assert locked(thief, Member.objects.get(user_id=thief.session["_auth_user_id"])) == "locked"


def test_a_stolen_session_opens_nothing_without_the_cookie(keyed: Keyed) -> None:
    victim, thief = keyed.browser(), StrictClient()
    thief.cookies["sessionid"] = victim.cookies["sessionid"].value
    assert thief.get("/console/").status_code == 200
    assert locked(thief, keyed.member) == "locked"


@pytest.mark.parametrize("value", ["", "x", "!" * 44, "é", "A" * 100_000])
def test_a_made_up_cookie_is_a_locked_key(keyed: Keyed, value: str) -> None:
    browser = keyed.browser()
    browser.cookies["vault"] = value
    assert browser.get(UNLOCK).status_code == 200
    assert locked(browser, keyed.member) == "locked"


def test_a_change_of_role_locks(keyed: Keyed) -> None:
    browser = keyed.browser()
    Member.objects.filter(pk=keyed.member.pk).update(role="approver")
    assert locked(browser, keyed.member) == "role_changed"


def test_the_header_says_that_it_is_open(keyed: Keyed) -> None:
    page = keyed.browser().get("/console/").content.decode()
    assert "Lock (15 min)" in page
    assert "Lock (" not in console_client(keyed.member).get("/console/").content.decode()


def test_those_without_keys_have_no_such_page() -> None:
    for role in ("finance", "admin"):
        assert console_client(make_member(role=role)).get(UNLOCK).status_code == 403


def test_no_cache_keeps_it(keyed: Keyed) -> None:
    answer: HttpResponse = console_client(keyed.member).get(UNLOCK)
    assert "no-store" in answer.headers["Cache-Control"]
