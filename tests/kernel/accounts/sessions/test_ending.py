"""What ends a person's other sessions: a factor more or less, another password, a word of their own."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from kernel.accounts.models import Member, Session
from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from tests.console import console_client, make_factor
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def _let_in(browser: StrictClient) -> bool:
    return browser.get("/console/").status_code == 200


def _add(member: Member, browser: StrictClient) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/recovery-codes/generate/")


def _remove(member: Member, browser: StrictClient) -> None:
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/totp/deactivate/")


def _change_password(member: Member, browser: StrictClient) -> None:
    fields = {"oldpassword": PASSWORD, "password1": "another long password 7", "password2": "another long password 7"}
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post("/accounts/password/change/", fields).status_code == 302


def _end_others(member: Member, browser: StrictClient) -> None:
    browser.post("/console/sessions/end/")


@pytest.mark.parametrize("deed", [_add, _remove, _change_password, _end_others])
def test_it_ends_the_others_and_leaves_this_one(deed: Callable[[Member, StrictClient], None]) -> None:
    member, bystander = make_member(), console_client(make_member())
    here, there = console_client(member), console_client(member)
    assert _let_in(there)
    deed(member, here)
    assert "/login/" in there.get("/console/").headers["Location"]
    assert here.get("/accounts/2fa/").status_code == 200
    assert Session.objects.filter(user=member.user).count() == 1
    assert AuditEntry.objects.filter(object_id=member.user.actor).exists()
    assert _let_in(bystander)


def test_it_takes_the_console_away_with_the_factor_that_opened_it() -> None:
    member = make_member()
    browser = console_client(member)
    Authenticator.objects.create(user=member.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    browser = console_client(member)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/2fa/totp/deactivate/")
    assert browser.get("/console/").headers["Location"] == "/accounts/2fa/totp/activate/"


def test_it_ends_all_when_somebody_else_takes_a_factor_off() -> None:
    member = make_member()
    browser = console_client(member)
    make_factor(member.user).delete()
    assert not Session.objects.filter(user=member.user).exists()
    assert "/login/" in browser.get("/console/").headers["Location"]


def test_it_ends_all_at_once_when_a_member_is_suspended() -> None:
    member = make_member()
    browser = console_client(member)
    suspend(member=member, by=make_member(role="admin").user, at=timezone.now())
    assert not Session.objects.filter(user=member.user).exists()
    assert "/login/" in browser.get("/console/").headers["Location"]


def test_it_changes_no_factor_in_a_session_without_one() -> None:
    member = make_member()
    make_factor(member.user)
    browser = console_client(member, second_factor=False)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for address in ("/accounts/2fa/totp/deactivate/", "/ru/accounts/2fa/", "/accounts/password/change/"):
        assert "/2fa/reauthenticate/" in browser.post(address).headers["Location"]
    assert Authenticator.objects.filter(user=member.user).exists()


def test_it_shows_times_and_nothing_else() -> None:
    member = make_member()
    here = console_client(member)
    console_client(member)
    page = here.get("/console/sessions/", headers={"user-agent": "Strange/1.0"}).content.decode()
    assert page.count("<tr>") == 3
    assert page.count("this one") == 1
    assert "Strange" not in page
    assert "End all others" in page
