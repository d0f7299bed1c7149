"""A member's own key: made by its member, with a passphrase and digits that are shown once."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.holding import lock, staying, trusted_keys
from kernel.disclosure.models import GroupKeySeat, Left, MemberKey, holder_id
from kernel.disclosure.opening import lock_member_key
from kernel.disclosure.unlocking.turns import one_at_a_time
from kernel.disclosure.words import new_passphrase
from kernel.states import Refusal
from kernel.vault.models import ChainLink


@dataclass(frozen=True)
class NewMemberKey:
    """What is shown once: the six words to keep, and the digits to compare with those who let the member in."""

    passphrase: str
    digits: str

    def __repr__(self) -> str:
        """Show nothing: this must not land in a log."""
        return "NewMemberKey(…)"


def make_member_key(*, member: Member, at: datetime) -> NewMemberKey:
    """Make a member's key, or one in place of a key that opens nothing any more. It opens nothing until two let it in.

    Takes about a quarter of a second and 128 MiB; call it outside a transaction. Raises Refusal `no_group`,
    `other_group_for_good`, `has_key`, `change_key_first`, `no_group_key`, `key_not_pinned`, `busy`.
    """
    check_may_make(member)
    passphrase = new_passphrase()
    with one_at_a_time():
        fresh = lock_member_key(member, passphrase)
    fresh.group, fresh.created_at = str(member.key_group), at
    with transaction.atomic():
        lock(member.organisation)
        check_may_make(member)
        GroupKeySeat.objects.filter(member_key=member.pk).delete()
        ChainLink.objects.filter(owner=member.organisation_id, holder=holder_id(member.pk), number=None).delete()
        fresh.save(force_update=MemberKey.objects.filter(pk=member.pk).exists())
        who = holder_id(member.pk)
        audit.record(member.user.actor, "disclosure.member_key_made", who, fields=["member_key"], at=at)
    return NewMemberKey(passphrase, digits_of(fresh))


def check_may_make(member: Member) -> None:
    """Raise a Refusal if this member may not make a key now."""
    group = member.key_group
    if group is None or not member.user.is_active:
        raise Refusal("no_group", _("Your role holds no key."))
    trusted = trusted_keys(member.organisation)
    key = MemberKey.objects.filter(member=member).first()
    other = "B" if group == "A" else "A"
    if (key is not None and key.group != group) or holder_id(member.pk) in trusted.ever[other]:
        raise Refusal(
            "other_group_for_good", _("You held a key of the other group once: nobody ever holds keys of both.")
        )
    listed = trusted.groups[group].holders.get(holder_id(member.pk))
    if key is None or listed is None:
        return
    if key.left_at is None and key.holder == listed:
        raise Refusal("has_key", _("You have a key. If you have lost its passphrase, say so first."))
    others = [holder for holder in staying(member.organisation, trusted)[group] if holder.id != listed.id]
    if key.left_why in (Left.GONE, Left.EXPOSED) and others:
        raise Refusal(
            "change_key_first", _("Your old key may be in other hands: first another member changes the group's key.")
        )
