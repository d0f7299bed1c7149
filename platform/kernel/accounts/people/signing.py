"""The second person's yes, and what follows from it."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.leaving import tell_of_leaving
from kernel.accounts.members import Member
from kernel.accounts.people.asking import check
from kernel.accounts.people.requests import LINKED, StaffDeed, StaffRequest
from kernel.accounts.people.sending import SEND_LINK
from kernel.accounts.people.stopping import shut_out
from kernel.accounts.rules import may
from kernel.accounts.sessions.ending import end_sessions
from kernel.accounts.users import User
from kernel.outbox import enqueue
from kernel.states import Refusal


def may_sign(request: StaffRequest, member: Member) -> bool:
    """Return whether a member may be the second person: allowed to, and neither who asked nor whom it is about."""
    if not may(member, "accounts.sign_people") or member.user_id == request.asked_by_id:
        return False
    return request.member_id != member.pk and request.email != member.user.email


@transaction.atomic
def sign(*, request: StaffRequest, by: Member, at: datetime) -> StaffRequest:
    """Sign a request as its second person, and carry it out.

    Raises Refusal `second_person_needed`, `already_signed`, or what stands in the way now.
    """
    if not may_sign(request, by):
        raise Refusal("second_person_needed", gettext("A second person signs, who neither asked nor is concerned."))
    waiting = StaffRequest.objects.open().filter(pk=request.pk, signed_at=None, takes_two=True)
    if not waiting.update(signed_by=by.user, signed_at=at):
        raise Refusal("already_signed", gettext("This is signed, done or dropped already."))
    request.refresh_from_db()
    about = request.member.user.actor if request.member else request.pk
    audit.record(by.user.actor, f"staff.{request.deed}_signed", about, reason=request.role, at=at)
    if request.member is not None:
        _carry_out(request, request.member, by=by.user.actor, at=at)
    if request.deed in LINKED:
        enqueue(SEND_LINK, request.pk)
    return request


def _carry_out(request: StaffRequest, member: Member, *, by: str, at: datetime) -> None:
    check(deed=request.deed, member=member, role=request.role)
    match request.deed:
        case StaffDeed.ROLE:
            # a session opened in the old role ends with it
            end_sessions(member.user_id)
            member.role = request.role
            member.save(update_fields=["role"])
            StaffRequest.objects.filter(pk=request.pk).update(done_at=at)
        case StaffDeed.LEAVE:
            shut_out(member)
            _forget_sign_in(member.user)
            member.left_at = at
            member.save(update_fields=["left_at"])
            tell_of_leaving(member, by=by, at=at, for_good=True)
            StaffRequest.objects.filter(pk=request.pk).update(done_at=at)
        case _:
            _forget_sign_in(member.user)
    request.refresh_from_db()


def _forget_sign_in(user: User) -> None:
    """Take away the password and every factor: until the link is used nobody signs in as this person."""
    for factor in Authenticator.objects.filter(user=user):
        factor.delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_sessions(user.pk)


@transaction.atomic
def drop(*, request: StaffRequest, by: User, at: datetime) -> StaffRequest:
    """Let a request go, and its link with it: taking back needs no second person. Twice changes nothing."""
    if StaffRequest.objects.open().filter(pk=request.pk).update(dropped_at=at, email="", token_hash=""):
        audit.record(by.actor, f"staff.{request.deed}_dropped", request.pk, at=at)
    request.refresh_from_db()
    return request
