"""Joining: two people compare the newcomer's digits and sign; only then is the group's key sealed to the newcomer.

One of the two is of the newcomer's group, for nobody else has the key to seal. Until two have signed no seat exists, so
that a key exchanged in the database would have to deceive two people.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.disclosure.fingerprints import same
from kernel.disclosure.holding import Voucher, lock, private_keys, trusted_keys, voucher
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import seal_seat
from kernel.states import Refusal
from kernel.vault.chain import trust
from kernel.vault.chain.bodies import JoiningBody
from kernel.vault.chain.replay import SIGNERS, Trusted, valid_signers
from kernel.vault.models import ChainLink, GroupKey


@transaction.atomic
def let_in(*, newcomer: MemberKey, digits: str, by: Member, member_private: bytes, at: datetime) -> bool:
    """Sign that the newcomer's key is the newcomer's, having compared the digits in person.

    Gives the seat too, and returns True, once two have signed and the one who acts is of the newcomer's group. Raises
    Refusal `digits_differ`, `not_seated`, `not_yourself`, `cannot_join`, `other_group_for_good`, `key_not_pinned`.
    """
    if newcomer.member.organisation_id != by.organisation_id:
        raise _cannot_join()
    lock(by.organisation)
    own = voucher(by, member_private, trusted_keys(by.organisation))
    sign_joining(newcomer, digits, own, by.user.actor, at)
    if own.group != newcomer.group:
        return False
    return give_seats(newcomer, private_keys(by, member_private), by.user.actor, at)


def sign_joining(
    newcomer: MemberKey, digits: str, own: Voucher, actor: str, at: datetime, reason: str = ""
) -> ChainLink:
    """Put one signature under the newcomer's link, in a transaction that holds the organisation's lock."""
    trusted = trusted_keys(newcomer.member.organisation)
    link = _link_of(newcomer, trusted, at)
    if own.id == newcomer.holder.id:
        raise Refusal("not_yourself", _("Somebody else lets you in."))
    if not same(digits, newcomer):
        raise Refusal(
            "digits_differ",
            _("These are not the digits of this key. Let nobody in, and tell your organisation: it may be exchanged."),
            "digits",
        )
    trust.add_signature(link, own.id, own.signing, at=at)
    audit.record(actor, "disclosure.vouched", newcomer.holder.id, reason, at=at)
    return link


def give_seats(newcomer: MemberKey, private: Mapping[int, bytes], actor: str, at: datetime, reason: str = "") -> bool:
    """Put the newcomer's link on the chain and seal the group's keys (by GroupKey id) to the newcomer.

    Returns False while a signature is missing. Raises Refusal `no_live_key` if `private` lacks the live key.
    """
    trusted = trusted_keys(newcomer.member.organisation)
    link = _link_of(newcomer, trusted, at)
    if len(valid_signers(trusted, trust.as_link(link), but={newcomer.holder.id})) < SIGNERS:
        return False
    keys = {key.pk: key for key in GroupKey.objects.filter(pk__in=private, group=newcomer.group)}
    if link.group_key_id not in keys:
        raise Refusal("no_live_key", _("You cannot open the group's key yourself."))
    trust.put_on(link)
    GroupKeySeat.objects.filter(member_key=newcomer).delete()
    GroupKeySeat.objects.bulk_create(
        GroupKeySeat(
            group_key=key,
            member_key=newcomer,
            sealed_private_key=seal_seat(key, private[key.pk], newcomer),
            created_at=at,
        )
        for key in keys.values()
    )
    audit.record(actor, "disclosure.seat_given", newcomer.holder.id, reason, fields=["group_key_seat"], at=at)
    return True


def _link_of(newcomer: MemberKey, trusted: Trusted, at: datetime) -> ChainLink:
    """Return the open link of a newcomer; one that says something else than what is true now is written anew."""
    member = newcomer.member
    state = trusted.groups[newcomer.group]
    holder = newcomer.holder
    joined = state.holders.get(holder.id) == holder
    if newcomer.left_at or joined or not member.user.is_active or member.key_group != newcomer.group:
        raise _cannot_join()
    if holder.id in trusted.ever["B" if newcomer.group == "A" else "A"]:
        raise Refusal("other_group_for_good", _("This person held a key of the other group once."))
    said = JoiningBody(member.organisation_id, newcomer.group, state.fingerprint, holder)
    open_one = ChainLink.objects.filter(owner=said.owner, holder=holder.id, number=None).first()
    if open_one is not None and bytes(open_one.body) == said.encoded():
        return open_one
    if open_one is not None:
        open_one.delete()
    key = GroupKey.objects.get(owner=said.owner, group=said.group, version=state.key.version)
    return trust.propose(key, said, at=at)


def _cannot_join() -> Refusal:
    return Refusal("cannot_join", _("This person has no new key that waits to be let in."))
