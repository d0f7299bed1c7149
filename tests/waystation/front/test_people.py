"""The console's people, and the page behind an invitation."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command

from kernel.accounts.models import Member, StaffRequest, User
from kernel.accounts.people.sending import send_link
from tests.console import console_client
from tests.factories.organisations import make_member, make_partner
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
PEOPLE = "/console/people/"
PASSWORD = "another long password 7"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False) as travel:
        yield travel


def _link(mailoutbox: list[Any]) -> str:
    found = re.search(r"http://testserver(\S+)", mailoutbox[-1].body)
    assert found
    return found[1]


def _secret(browser: StrictClient, link: str) -> str:
    found = re.search(r"<code>([A-Z2-7]+)</code>", browser.get(link).content.decode())
    assert found
    return found[1]


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def _fields(secret: str, **changes: str) -> dict[str, str]:
    return {"password1": PASSWORD, "password2": PASSWORD, "code": _code(secret), **changes}


def test_it_leads_from_the_invitation_to_the_console_in_one_visit(mailoutbox: list[Any]) -> None:
    admin, second = make_member(role="admin"), make_member(role="approver")
    fields = {"email": "New@waystation.invalid", "role": "approver", "organisation": admin.organisation_id}
    assert console_client(admin).post(f"{PEOPLE}invite/", fields).status_code == 302
    request = StaffRequest.objects.get()
    assert "waits for a second person" in console_client(second).get(PEOPLE).content.decode()
    console_client(admin).post(f"{PEOPLE}requests/{request.pk}/sign/")
    send_link(request.pk)
    assert mailoutbox == []
    console_client(second).post(f"{PEOPLE}requests/{request.pk}/sign/")
    send_link(request.pk)
    link, visitor = _link(mailoutbox), StrictClient()
    secret = _secret(visitor, link)
    answer = visitor.post(link, _fields(secret))
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert "Show my codes" in visitor.get("/accounts/2fa/recovery-codes/").content.decode()
    assert visitor.get("/console/").status_code == 200
    assert Member.objects.get(user__email="new@waystation.invalid").role == "approver"
    assert StrictClient().get(link).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "000000"}, "not the code"),
        ({"password2": "something else 123"}, "passwords differ"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"code": ""}, "required"),
    ],
)
def test_it_opens_nothing_without_both(mailoutbox: list[Any], changes: dict[str, str], words: str) -> None:
    admin = make_member(role="admin")
    console_client(admin).post(
        f"{PEOPLE}invite/",
        {"email": "new@waystation.invalid", "role": "finance", "organisation": admin.organisation_id},
    )
    send_link(StaffRequest.objects.get().pk)
    visitor, link = StrictClient(), _link(mailoutbox)
    secret = _secret(visitor, link)
    answer = visitor.post(link, _fields(secret, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.filter(email="new@waystation.invalid").exists()
    assert _secret(visitor, link) == secret


def test_it_gives_each_visitor_a_key_of_their_own(mailoutbox: list[Any]) -> None:
    admin = make_member(role="admin")
    console_client(admin).post(
        f"{PEOPLE}invite/",
        {"email": "new@waystation.invalid", "role": "finance", "organisation": admin.organisation_id},
    )
    send_link(StaffRequest.objects.get().pk)
    link = _link(mailoutbox)
    assert _secret(StrictClient(), link) != _secret(StrictClient(), link)
    assert console_client(make_member()).get(link).status_code == 409


def test_it_lets_a_partners_administrator_look_after_the_own_people_alone() -> None:
    partner = make_partner()
    admin, ours, theirs = make_member(partner, "admin"), make_member(partner), make_member(make_partner())
    browser = console_client(admin)
    page = browser.get(PEOPLE).content.decode()
    assert ours.user.email in page
    assert theirs.user.email not in page
    for deed in ("suspend", "leave", "reset", "return", "role"):
        assert browser.post(f"{PEOPLE}{theirs.pk}/{deed}/").status_code == 404
    assert browser.post(f"{PEOPLE}{ours.pk}/suspend/").status_code == 302
    assert not User.objects.get(pk=ours.user_id).is_active
    assert browser.post(f"{PEOPLE}{ours.pk}/invite/").status_code == 404
    other = StaffRequest.objects.create(
        deed="invite", organisation=theirs.organisation, email="x@waystation.invalid", role="finance",
        takes_two=False, asked_at=datetime.now(UTC),
    )  # fmt: skip
    assert browser.post(f"{PEOPLE}requests/{other.pk}/drop/").status_code == 404
    browser.post(f"{PEOPLE}invite/", {"email": "a@waystation.invalid", "role": "finance", "organisation": "org_x"})
    assert StaffRequest.objects.get(email="a@waystation.invalid").organisation == partner


def test_it_prints_the_first_administrators_link_once() -> None:
    out = StringIO()
    call_command("create_admin", "First@waystation.invalid", "--operator", "Us", "--json", stdout=out)
    link = json.loads(out.getvalue())["link"].removeprefix("http://testserver")
    visitor = StrictClient()
    secret = _secret(visitor, link)
    assert visitor.post(link, _fields(secret)).status_code == 302
    member = Member.objects.get(user__email="first@waystation.invalid")
    assert (member.role, member.organisation.is_operator) == ("admin", True)
    with pytest.raises(CommandError, match="login with this address"):
        call_command("create_admin", "first@waystation.invalid")


def test_it_wants_a_name_for_an_operator_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="--operator"):
        call_command("create_admin", "first@waystation.invalid")


@pytest.mark.parametrize("deed", ["reset", "leave", "role"])
def test_it_asks_for_what_takes_two_and_says_so(deed: str) -> None:
    admin, person = make_member(role="admin"), make_member(role="finance")
    answer = console_client(admin).post(f"{PEOPLE}{person.pk}/{deed}/", {"role": "admin"}, follow=True)
    assert "Asked. A second person" in answer.content.decode()
    assert StaffRequest.objects.get().deed == deed
    person.refresh_from_db()
    assert person.role == "finance"
