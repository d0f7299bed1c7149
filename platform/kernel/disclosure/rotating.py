"""A new key for a group: made by one of those who remain, in force once a second person has signed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member, Organisation
from kernel.disclosure.holding import lock, staying, trusted_keys, voucher
from kernel.disclosure.making import write_group_key
from kernel.disclosure.models import GroupKeySeat, MemberKey, member_pk
from kernel.disclosure.opening import group_private_key
from kernel.disclosure.trustees import check_recipients
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal
from kernel.vault.chain import trust
from kernel.vault.chain.replay import BrokenChain
from kernel.vault.models import GroupKey, GroupKeyState


@transaction.atomic
def make_group_key(
    *, by: Member, member_private: bytes, at: datetime, recipients: Sequence[str] | None = None
) -> GroupKey:
    """Make the next key of one's own group, with seats for those who remain, and sign it. It waits for a second person.

    One that waited is thrown away. The trustees stay who they are unless `recipients` name others. Raises Refusal
    `not_seated`, `key_not_pinned`, `no_group_key`, or one about trustees.
    """
    organisation = by.organisation
    lock(organisation)
    trusted = trusted_keys(organisation)
    own = voucher(by, member_private, trusted)
    state = trusted.groups[own.group]
    remaining = [member_pk(holder.id) for holder in staying(organisation, trusted)[own.group]]
    named = state.key.recipients if recipients is None else check_recipients(recipients)
    drop_pending(organisation, own.group)
    new = write_group_key(
        organisation,
        own.group,
        version=state.key.version + 1,
        state=GroupKeyState.PENDING,
        member_keys=list(MemberKey.objects.filter(pk__in=remaining).select_related("member").order_by("pk")),
        recipients=named,
        at=at,
    )
    link = trust.propose(new.key, new.said, at=at)
    trust.add_signature(link, own.id, own.signing, at=at)
    fields = ["group_key", "recipients"] if set(named) != set(state.key.recipients) else ["group_key"]
    audit.record(by.user.actor, "disclosure.group_key_made", organisation.pk, own.group, fields=fields, at=at)
    return new.key


@transaction.atomic
def sign_group_key(*, key: GroupKey, by: Member, member_private: bytes, at: datetime) -> GroupKey:
    """Sign a key that another person made: it is live from now on, the one before retires.

    Raises Refusal `not_pending`, `second_person_needed` for its maker, `not_seated`, `broken_seat` if one's own seat
    does not open, `stale` if the chain has moved on, `key_not_pinned`.
    """
    organisation = by.organisation
    lock(organisation)
    trusted = trusted_keys(organisation)
    own = voucher(by, member_private, trusted)
    waiting = GroupKey.objects.filter(pk=key.pk, owner=organisation.pk, state=GroupKeyState.PENDING).first()
    if waiting is None:
        raise Refusal("not_pending", _("No new key waits for a signature here."))
    key, link = waiting, waiting.links.get(holder="")
    if link.signatures.filter(signer=own.id).exists():
        raise Refusal("second_person_needed", _("Another person signs: you made this key yourself."))
    if own.group == key.group:
        _check_seat(key, by, member_private)
    trust.add_signature(link, own.id, own.signing, at=at)
    try:
        trust.put_on(link)
    except BrokenChain:
        raise Refusal(
            "stale", _("Something about the keys has changed since this one was made: make it anew.")
        ) from None
    GroupKey.objects.filter(owner=organisation.pk, group=key.group, state=GroupKeyState.LIVE).update(
        state=GroupKeyState.RETIRED
    )
    GroupKey.objects.filter(pk=key.pk).update(state=GroupKeyState.LIVE)
    key.state = GroupKeyState.LIVE
    audit.record(by.user.actor, "disclosure.group_key_signed", organisation.pk, key.group, fields=["group_key"], at=at)
    return key


def _check_seat(key: GroupKey, by: Member, member_private: bytes) -> None:
    seat = GroupKeySeat.objects.filter(group_key=key, member_key__member=by).select_related("group_key").first()
    try:
        if seat is None:
            raise BrokenSeal
        group_private_key(seat, member_private)
    except BrokenSeal:
        raise Refusal("broken_seat", _("The new key does not open for you: sign nothing, and make another.")) from None


def drop_pending(organisation: Organisation, group: str) -> bool:
    """Throw away a key that waits for its second signature, in the caller's transaction; nothing is sealed to it."""
    pending = GroupKey.objects.filter(owner=organisation.pk, group=group, state=GroupKeyState.PENDING)
    GroupKeySeat.objects.filter(group_key__in=pending).delete()
    deleted, _by_model = pending.delete()
    return bool(deleted)
