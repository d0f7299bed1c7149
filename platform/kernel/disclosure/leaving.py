"""Leaving: seats and the member's sealed key are deleted at once. The group's key changes right afterwards."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.disclosure.holding import lock
from kernel.disclosure.models import GroupKeySeat, Left, MemberKey, RecoveryCopy, holder_id
from kernel.disclosure.unlocking.deeds import lock_everywhere
from kernel.states import Refusal
from kernel.vault.models import ChainLink


@transaction.atomic
def take_key_away(*, member: Member, why: str, by: str, at: datetime) -> bool:
    """Delete a member's seats and sealed private key; `why` is a `Left`. Returns False if there was no key to take.

    One person is enough, and the member's own word too. Raises Refusal `last_seat` if a group's key would open for
    nobody any more: no trustee has a copy.
    """
    if orphaned(member):
        raise Refusal(
            "last_seat",
            _("Nobody else, and no trustee, can open this group's key: let another member join first."),
        )
    return _take(member, why=why, by=by, at=at, keep=[])


def on_leave(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
    """React to a member who stops working here, in that deed's transaction.

    The login ends in any case. A seat that is the last one to a key stays, under a passphrase that no login can use:
    deleting it would delete every contact.
    """
    _take(member, why=Left.GONE, by=by, at=at, keep=orphaned(member))


def _take(member: Member, *, why: str, by: str, at: datetime, keep: list[int]) -> bool:
    lock(member.organisation)
    left = {"left_at": at, "left_why": why} if keep else {"left_at": at, "left_why": why, "sealed_private_key": b""}
    if not MemberKey.objects.filter(member=member, left_at=None).update(**left):
        return False
    GroupKeySeat.objects.filter(member_key=member.pk).exclude(group_key__in=keep).delete()
    ChainLink.objects.filter(owner=member.organisation_id, number=None, holder=holder_id(member.pk)).delete()
    lock_everywhere(member=member, at=at, why=why)
    audit.record(
        by, "disclosure.key_taken_away", holder_id(member.pk), why, fields=["group_key_seat", "member_key"], at=at
    )
    return True


def orphaned(member: Member) -> list[int]:
    """Return the group keys that nobody but this member, and no trustee, can open."""
    own = set(GroupKeySeat.objects.filter(member_key__member=member).values_list("group_key", flat=True))
    others = GroupKeySeat.objects.filter(group_key__in=own).exclude(member_key__member=member)
    copies = RecoveryCopy.objects.filter(group_key__in=own)
    safe = set(others.values_list("group_key", flat=True)) | set(copies.values_list("group_key", flat=True))
    return sorted(own - safe)


def check_group_change(member: Member) -> None:
    """Raise Refusal `holds_key` for a member who still has one: it is taken away before the role changes group."""
    if MemberKey.objects.filter(member=member, left_at=None).exists():
        raise Refusal(
            "holds_key",
            _("This person holds a key of a group: take it away first, under Keys. Nobody ever holds keys of both."),
            "role",
        )
