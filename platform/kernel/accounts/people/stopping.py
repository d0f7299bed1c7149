"""Stopping: a login ends at once. Taking access away never waits for a second person; giving it back does."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.leaving import tell_of_leaving
from kernel.accounts.members import Member, Role
from kernel.accounts.organisations import Organisation
from kernel.accounts.sessions.ending import end_sessions
from kernel.accounts.users import User
from kernel.states import Refusal


@transaction.atomic
def suspend(*, member: Member, by: User, at: datetime) -> Member:
    """Let a member in no more, at once; twice changes nothing. Raises Refusal `not_yourself`, `last_administrator`."""
    if member.user_id == by.pk:
        raise Refusal("not_yourself", gettext("Somebody else does this: you cannot suspend yourself."))
    keep_an_administrator(member)
    if shut_out(member):
        audit.record(by.actor, "member.suspended", member.user.actor, fields=["is_active"], at=at)
        tell_of_leaving(member, by=by.actor, at=at, for_good=False)
    return member


def keep_an_administrator(member: Member) -> None:
    """Raise Refusal `last_administrator` if nobody could look after the operator's people without this member.

    Called in the transaction that lets the member go, and holds the operator's row until it ends: of two who would
    suspend each other, the second sees what the first did.
    """
    if member.role != Role.ADMIN or not member.organisation.is_operator:
        return
    Organisation.objects.select_for_update(no_key=True).get(pk=member.organisation_id)
    admins = Member.objects.filter(
        organisation=member.organisation_id, role=Role.ADMIN, left_at=None, user__is_active=True
    )
    if set(admins.values_list("pk", flat=True)) == {member.pk}:
        words = gettext("This is the last administrator: nobody could let people in any more. Make another one first.")
        raise Refusal("last_administrator", words)


def shut_out(member: Member) -> bool:
    """Close a member's login and end its sessions, in the caller's transaction. Returns whether it was open."""
    changed = User.objects.filter(pk=member.user_id, is_active=True).update(is_active=False)
    member.user.is_active = False
    end_sessions(member.user_id)
    return bool(changed)
