"""Stopping: a login ends at once. Taking access away never waits for a second person; giving it back does."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.leaving import tell_of_leaving
from kernel.accounts.members import Member
from kernel.accounts.sessions.ending import end_sessions
from kernel.accounts.users import User
from kernel.states import Refusal


@transaction.atomic
def suspend(*, member: Member, by: User, at: datetime) -> Member:
    """Let a member in no more, at once; twice changes nothing. Raises Refusal `not_yourself`."""
    if member.user_id == by.pk:
        raise Refusal("not_yourself", gettext("Somebody else does this: you cannot suspend yourself."))
    if shut_out(member):
        audit.record(by.actor, "member.suspended", member.user.actor, fields=["is_active"], at=at)
        tell_of_leaving(member, by=by.actor, at=at, for_good=False)
    return member


def shut_out(member: Member) -> bool:
    """Close a member's login and end its sessions, in the caller's transaction. Returns whether it was open."""
    changed = User.objects.filter(pk=member.user_id, is_active=True).update(is_active=False)
    member.user.is_active = False
    end_sessions(member.user_id)
    return bool(changed)
