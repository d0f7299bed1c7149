"""Who holds an organisation's keys today: what the chain says, less those who have left since."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.models import GroupKeySeat, MemberKey, holder_id
from kernel.disclosure.opening import group_private_key
from kernel.states import Refusal
from kernel.vault.chain import trust
from kernel.vault.chain.bodies import Holder
from kernel.vault.chain.replay import BrokenChain, Trusted
from kernel.vault.chain.signing import public_of, signing_key
from kernel.vault.models import Group
from kernel.vault.sealing import live_keys

LEAST_IN_A_GROUP = 2


@dataclass(frozen=True)
class Voucher:
    """Someone whose signature counts, for the time of one deed."""

    id: str
    group: str
    signing: Ed25519PrivateKey


def lock(organisation: Organisation) -> None:
    """Hold an organisation's keys against every other change of them, until the transaction ends."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def trusted_keys(organisation: Organisation) -> Trusted:
    """Return what the chain says. Raises Refusal `no_group_key` without two live keys, `key_not_pinned`."""
    keys = live_keys(organisation.pk)
    if not keys:
        raise Refusal("no_group_key", _("This organisation has no keys yet."))
    return trust.check(organisation.pk, keys)


def staying(organisation: Organisation, trusted: Trusted) -> dict[str, list[Holder]]:
    """Return the holders of each group's live key who have not left, lost or changed their own key since."""
    rows = MemberKey.objects.filter(member__organisation=organisation).select_related("member__user")
    known = {holder_id(row.pk): row for row in rows}

    def stays(holder: Holder) -> bool:
        row = known.get(holder.id)
        if row is None:
            return True
        member = row.member
        return row.left_at is None and row.holder == holder and member.user.is_active and member.key_group == row.group

    return {
        group: [holder for holder in trusted.groups[group].holders.values() if stays(holder)]
        if group in trusted.groups
        else []
        for group in Group.values
    }


def check_enough(organisation: Organisation) -> None:
    """Raise Refusal `too_few_members` unless two people of each group can use the live keys.

    What is wrong with the chain itself is refused where something is sealed.
    """
    try:
        trusted = trust.trusted_of(organisation.pk)
    except BrokenChain:
        return
    if any(len(holders) < LEAST_IN_A_GROUP for holders in staying(organisation, trusted).values()):
        raise Refusal(
            "too_few_members",
            _("Contact details cannot be taken in now: fewer than two people hold one of the keys."),
        )


def voucher(member: Member, member_private: bytes, trusted: Trusted) -> Voucher:
    """Return a member as someone whose signature counts. Raises Refusal `not_seated`.

    What decides is the chain and the private key, not the rows about the member.
    """
    key = MemberKey.objects.filter(member=member, left_at=None).first()
    state = trusted.groups.get(key.group) if key else None
    holder = state.holders.get(holder_id(member.pk)) if state else None
    signing = signing_key(member_private)
    if (
        key is None
        or holder is None
        or not member.user.is_active
        or member.key_group != key.group
        or holder.box != bytes(PrivateKey(member_private).public_key)
        or holder.sign != public_of(signing)
    ):
        raise Refusal("not_seated", _("You hold no key here that counts: another member lets you join first."))
    return Voucher(holder.id, key.group, signing)


def private_keys(member: Member, member_private: bytes) -> dict[int, bytes]:
    """Return the private halves a member's seats open, by the id of their GroupKey. Raises BrokenSeal."""
    seats = GroupKeySeat.objects.filter(member_key__member=member).select_related("group_key")
    return {seat.group_key_id: group_private_key(seat, member_private) for seat in seats}
