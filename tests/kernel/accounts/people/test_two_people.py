"""Who comes, changes and goes: what takes two people, who the second may be, and what follows."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.utils import timezone

from kernel.accounts import leaving
from kernel.accounts.models import Member, Session, StaffRequest, User
from kernel.accounts.people.asking import ask, invite
from kernel.accounts.people.joining import behind, join
from kernel.accounts.people.sending import make_link, send_link
from kernel.accounts.people.signing import drop, sign
from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from tests.console import TOTP_SECRET, console_client
from tests.factories.organisations import make_member, make_operator, make_partner

pytestmark = pytest.mark.django_db
PASSWORD = "another long password 7"


@pytest.fixture
def admin() -> Member:
    return make_member(role="admin")


@pytest.fixture
def second() -> Member:
    return make_member(role="coordinator")


def _invite(by: Member, role: str, **words: Any) -> StaffRequest:
    organisation = words.pop("organisation", by.organisation)
    email = f"new-{role}@waystation.invalid"
    return invite(email=email, role=role, organisation=organisation, by=by.user, at=timezone.now(), **words)


def _refused(code: str, do: Any, /, **what: Any) -> None:
    with pytest.raises(Refusal) as refused:
        do(**what, at=timezone.now())
    assert refused.value.code == code


def _token(request: StaffRequest) -> str:
    return make_link(request, timezone.now()).rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize(("role", "two"), [
    ("caseworker", False), ("finance", True), ("coordinator", True), ("approver", True), ("admin", True),
])  # fmt: skip
def test_it_takes_two_for_whoever_will_answer_for_others(admin: Member, second: Member, role: str, two: bool) -> None:
    request = _invite(admin, role)
    assert request.takes_two is two
    assert OutboxRow.objects.filter(kind="accounts.staff_link", object_id=request.pk).exists() is not two
    if two:
        sign(request=request, by=second, at=timezone.now())
        assert OutboxRow.objects.filter(kind="accounts.staff_link", object_id=request.pk).exists()


def test_it_takes_one_while_there_is_nobody_else_to_ask(admin: Member) -> None:
    assert not _invite(admin, "coordinator").takes_two


def test_it_is_signed_by_neither_who_asked_nor_a_stranger_nor_the_person_concerned(
    admin: Member, second: Member
) -> None:
    request = _invite(admin, "approver")
    for wrong in (
        admin,
        make_member(role="caseworker"),
        make_member(role="finance"),
        make_member(make_partner(), "coordinator"),
        make_member(make_partner(), "admin"),
    ):
        _refused("second_person_needed", sign, request=request, by=wrong)
    about_second = ask(deed="role", member=second, role="approver", by=admin.user, at=timezone.now())
    _refused("second_person_needed", sign, request=about_second, by=second)
    sign(request=request, by=second, at=timezone.now())
    _refused("already_signed", sign, request=request, by=make_member(role="admin"))


def test_it_cannot_be_signed_by_one_in_the_database_either(admin: Member, second: Member) -> None:
    request = _invite(admin, "approver")
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffRequest.objects.filter(pk=request.pk).update(signed_by=admin.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffRequest.objects.filter(pk=request.pk).update(done_at=timezone.now(), email="")


def test_it_asks_once_and_not_about_oneself(admin: Member, second: Member) -> None:
    _invite(admin, "approver")
    _refused("already_asked", _invite_again, by=admin)
    _refused("not_yourself", ask, deed="leave", member=admin, by=admin.user)
    person = make_member()
    ask(deed="leave", member=person, by=admin.user, at=timezone.now())
    _refused("already_asked", ask, deed="leave", member=person, by=admin.user)
    _refused("same_role", ask, deed="role", role="caseworker", member=person, by=admin.user)
    _refused("same_role", ask, deed="role", role="king", member=person, by=admin.user)
    _refused("not_suspended", ask, deed="return", member=person, by=admin.user)


def _invite_again(*, by: Member, at: Any) -> None:
    invite(email="NEW-approver@waystation.invalid", role="finance", organisation=by.organisation, by=by.user, at=at)


def test_it_opens_a_login_with_both_factors_at_once_and_the_link_once(admin: Member) -> None:
    request = _invite(admin, "caseworker")
    token = _token(request)
    assert not User.objects.filter(email=request.email).exists()
    joined = join(token=token, password=PASSWORD, totp_secret=TOTP_SECRET, at=timezone.now())
    assert joined.user.is_active
    assert joined.user.member.role == "caseworker"
    kinds = set(Authenticator.objects.filter(user=joined.user).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    _refused("link_over", join, token=token, password=PASSWORD, totp_secret=TOTP_SECRET)
    request.refresh_from_db()
    assert (request.email, request.token_hash) == ("", "")
    assert AuditEntry.objects.filter(action="staff.joined", object_id=request.pk).exists()


def test_it_keeps_a_link_as_a_hash_for_three_days_and_only_the_last(admin: Member) -> None:
    request = _invite(admin, "caseworker")
    first, last = _token(request), _token(request)
    now = timezone.now()
    assert behind(first, now) is None
    assert behind(last, now) == request
    assert behind(last, now + timedelta(days=3, seconds=1)) is None
    assert behind("", now) is None
    assert last not in str(StaffRequest.objects.values().get(pk=request.pk))
    drop(request=request, by=admin.user, at=now)
    assert behind(last, now) is None


def test_it_opens_no_link_before_the_second_person_has_signed(admin: Member, second: Member) -> None:
    request = _invite(admin, "approver")
    assert behind(_token(request), timezone.now()) is None


def test_it_mails_the_link_and_nothing_to_an_address_that_has_a_login(admin: Member, mailoutbox: list[Any]) -> None:
    request = _invite(admin, "caseworker", language="ru")
    send_link(request.pk)
    assert mailoutbox[0].to == ["new-caseworker@waystation.invalid"]
    assert "/ru/accounts/welcome/" in mailoutbox[0].body
    elsewhere = make_member(make_partner())
    other = invite(
        email=elsewhere.user.email, role="finance", organisation=make_operator(), by=admin.user, at=timezone.now()
    )
    send_link(other.pk)
    assert len(mailoutbox) == 1


def test_it_changes_a_role_and_ends_the_sessions_of_the_old_one(admin: Member, second: Member) -> None:
    person = make_member(role="finance")
    console_client(person)
    request = ask(deed="role", member=person, role="admin", by=admin.user, at=timezone.now())
    sign(request=request, by=second, at=timezone.now())
    person.refresh_from_db()
    assert person.role == "admin"
    assert not Session.objects.filter(user=person.user).exists()


def test_it_lets_nobody_change_the_key_group_against_an_objection(
    admin: Member, second: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(member: Member) -> None:
        raise Refusal("holds_key", "Holds a key.")

    monkeypatch.setattr(leaving, "ROLE_GUARDS", [refuse])
    person = make_member(role="coordinator")
    _refused("holds_key", ask, deed="role", member=person, role="caseworker", by=admin.user)
    assert ask(deed="role", member=person, role="approver", by=admin.user, at=timezone.now())
    monkeypatch.setattr(leaving, "ROLE_GUARDS", [])
    other = make_member(role="coordinator")
    request = ask(deed="role", member=other, role="finance", by=admin.user, at=timezone.now())
    monkeypatch.setattr(leaving, "ROLE_GUARDS", [refuse])
    _refused("holds_key", sign, request=request, by=second)
    assert Member.objects.get(pk=other.pk).role == "coordinator"


def test_it_forgets_a_lost_sign_in_once_two_have_said_so(admin: Member, second: Member) -> None:
    person = make_member()
    browser = console_client(person)
    request = ask(deed="reset", member=person, by=admin.user, at=timezone.now())
    assert browser.get("/console/").status_code == 200
    sign(request=request, by=second, at=timezone.now())
    person.user.refresh_from_db()
    assert not person.user.has_usable_password()
    assert not Authenticator.objects.filter(user=person.user).exists()
    assert "/login/" in browser.get("/console/").headers["Location"]
    joined = join(token=_token(request), password=PASSWORD, totp_secret=TOTP_SECRET, at=timezone.now())
    assert joined.user == person.user


def test_it_brings_back_a_suspended_member_with_two_and_a_new_sign_in(admin: Member, second: Member) -> None:
    person = make_member()
    suspend(member=person, by=admin.user, at=timezone.now())
    request = ask(deed="return", member=person, by=admin.user, at=timezone.now())
    sign(request=request, by=second, at=timezone.now())
    assert not User.objects.get(pk=person.user_id).is_active
    join(token=_token(request), password=PASSWORD, totp_secret=TOTP_SECRET, at=timezone.now())
    assert User.objects.get(pk=person.user_id).is_active


def test_it_lets_go_for_good_and_tells_who_has_to_know(
    admin: Member, second: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(leaving, "LISTENERS", [lambda member, **words: told.append((member.pk, words["for_good"]))])
    person = make_member()
    browser = console_client(person)
    sign(request=ask(deed="leave", member=person, by=admin.user, at=timezone.now()), by=second, at=timezone.now())
    assert told == [(person.pk, True)]
    person.refresh_from_db()
    assert person.left_at
    assert not person.user.is_active
    assert not Authenticator.objects.filter(user=person.user).exists()
    assert "/login/" in browser.get("/console/").headers["Location"]
    assert AuditEntry.objects.filter(action="staff.leave_signed", object_id=person.user.actor).exists()
