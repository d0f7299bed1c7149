"""Asking for a change of people. What takes a second person waits for one; the rest goes its way at once."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.leaving import check_group_change
from kernel.accounts.members import Member, Role, key_group_of
from kernel.accounts.organisations import Organisation
from kernel.accounts.people.requests import StaffDeed, StaffRequest
from kernel.accounts.people.sending import SEND_LINK
from kernel.accounts.people.stopping import keep_an_administrator
from kernel.accounts.rules import TABLE
from kernel.accounts.users import User
from kernel.outbox import enqueue
from kernel.states import Refusal

# who may answer for others is let in by two: else one administrator could invent the second person
ANSWER_FOR_OTHERS = (Role.COORDINATOR, Role.APPROVER, Role.FINANCE, Role.ADMIN)


def signers(but: User | None) -> list[Member]:
    """Return the members who could sign as the second person, less one."""
    [line] = TABLE["accounts.sign_people"]
    found = Member.objects.filter(organisation__role="operator", role__in=line.roles, user__is_active=True)
    return list(found.exclude(user=but.pk if but else None))


def takes_two(role: str, *, by: User | None) -> bool:
    """Return whether inviting to a role takes a second person: not while there is nobody who could be it."""
    return role in ANSWER_FOR_OTHERS and bool(signers(by))


@transaction.atomic
def invite(
    *, email: str, role: str, organisation: Organisation, by: User, at: datetime, language: str = "en"
) -> StaffRequest:
    """Invite somebody to join `organisation` in a role. Raises Refusal `known_here` or `already_asked`.

    Whether the address belongs to another organisation's member is not told: the link then goes nowhere.
    """
    email = email.strip().lower()
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if Member.objects.filter(organisation=organisation, user__email=email).exists():
        raise Refusal("known_here", gettext("Somebody with this address is here already."), "email")
    if StaffRequest.objects.open().filter(organisation=organisation, email=email).exists():
        raise Refusal("already_asked", gettext("This address is invited already. Drop that invitation first."), "email")
    request = StaffRequest.objects.create(
        deed=StaffDeed.INVITE,
        organisation=organisation,
        email=email,
        language=language,
        role=role,
        takes_two=takes_two(role, by=by),
        asked_by=by,
        asked_at=at,
    )
    audit.record(by.actor, "staff.invite_asked", request.pk, reason=str(role), at=at)
    if request.granted:
        enqueue(SEND_LINK, request.pk)
    return request


@transaction.atomic
def ask(*, deed: str, member: Member, by: User, at: datetime, role: str = "") -> StaffRequest:
    """Ask for a change to a member; a second person signs it.

    Raises Refusal `not_yourself`, `already_asked`, `same_role`, `not_suspended`, `gone`, `last_administrator`, or what
    a key group objects.
    """
    if member.user_id == by.pk:
        raise Refusal("not_yourself", gettext("Somebody else asks for this: it is about yourself."))
    # the organisation before its members, as everywhere
    Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
    Member.objects.select_for_update().get(pk=member.pk)
    if StaffRequest.objects.open().filter(member=member, deed=deed).exists():
        raise Refusal("already_asked", gettext("This has been asked for already."))
    check(deed=deed, member=member, role=role)
    request = StaffRequest.objects.create(
        deed=deed, organisation=member.organisation, member=member, role=role, asked_by=by, asked_at=at
    )
    audit.record(by.actor, f"staff.{deed}_asked", member.user.actor, reason=str(role), at=at)
    return request


def check(*, deed: str, member: Member, role: str) -> None:
    """Raise the Refusal that stands in the way of a change now: when it is asked for, and again when it is signed."""
    match deed:
        case StaffDeed.ROLE:
            if role not in Role.values or role == member.role:
                raise Refusal("same_role", gettext("Choose another role than the one there is."), "role")
            keep_an_administrator(member)
            if key_group_of(role) != member.key_group:
                check_group_change(member)
        case StaffDeed.RETURN:
            if member.user.is_active:
                raise Refusal("not_suspended", gettext("This person can sign in: there is nothing to come back from."))
        case StaffDeed.LEAVE:
            if member.left_at:
                raise Refusal("gone", gettext("This person has left already."))
            keep_an_administrator(member)
        case _:
            if not member.user.is_active:
                raise Refusal("suspended", gettext("This person is suspended: ask for a return instead."))
