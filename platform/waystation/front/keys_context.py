"""What the page of the keys shows to one member: reads alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.alarms import Due, dues
from kernel.disclosure.holding import staying
from kernel.disclosure.models import MemberKey, member_pk
from kernel.vault.chain import trust
from kernel.vault.chain.replay import BrokenChain, GroupState
from kernel.vault.models import ChainLink, Group, GroupKey, GroupKeyState
from kernel.vault.rekeying import waiting


@dataclass(frozen=True)
class GroupView:
    """One group: its live key, who can use it, a key that waits for a signature, and how many records have to move."""

    letter: str
    label: str
    version: int
    fingerprint: str  # for VAULT_PINS
    people: list[Member]
    pending: GroupKey | None
    trustees: list[str]
    records: int
    own: bool


@dataclass(frozen=True)
class Newcomer:
    """A member whose new key waits to be let in, and how many have signed."""

    member: Member
    group: str
    signatures: int
    again: bool  # the member held the key before, under another passphrase


def in_words(due: Due) -> str:
    """Return what is due as a sentence."""
    group = str(dict(Group.choices).get(due.group, ""))
    if due.code == "move_records":
        words = ngettext(
            "%(number)d record of the %(group)s has to move to the new key.",
            "%(number)d records of the %(group)s have to move to the new key.",
            due.number,
        )
        return words % {"number": due.number, "group": group}
    sentences = {
        "chain_broken": _("The keys do not follow from the pinned ones: nothing is taken in. Call your administrator."),
        "change_key": _("Somebody left the %(group)s: one of them makes a new key now."),
        "sign_key": _("A new key of the %(group)s waits for a second person's signature."),
        "too_few": _("Fewer than two people hold the key of the %(group)s: no contact is taken in until two do."),
        "too_old": _("The key of the %(group)s is older than a year: make a new one."),
        "no_trustees": _("The %(group)s have no trustees: who forgets the passphrases loses the contacts."),
    }
    return sentences[due.code] % {"group": group}


def page_of(member: Member, *, at: datetime) -> dict[str, Any]:
    """Return the context of the page for one member of an organisation."""
    organisation = member.organisation
    key = MemberKey.objects.filter(member=member).first()
    groups = _groups(organisation, member)
    return {
        "member": member,
        "dues": [(due, in_words(due)) for due in dues(organisation, at=at)],
        "key": key,
        "holds": any(member in group.people for group in groups),
        "groups": groups,
        "newcomers": _newcomers(organisation, groups),
    }


def _groups(organisation: Organisation, member: Member) -> list[GroupView]:
    try:
        trusted = trust.trusted_of(organisation.pk)
    except BrokenChain:
        return []
    holders = staying(organisation, trusted)
    pending = {key.group: key for key in GroupKey.objects.filter(owner=organisation.pk, state=GroupKeyState.PENDING)}
    return [
        _group(organisation, member, state, [member_pk(one.id) for one in holders[letter]], pending.get(letter))
        for letter, state in sorted(trusted.groups.items())
    ]


def _group(
    organisation: Organisation, member: Member, state: GroupState, people: list[int | None], pending: GroupKey | None
) -> GroupView:
    letter = state.key.group
    return GroupView(
        letter=letter,
        label=str(dict(Group.choices)[letter]),
        version=state.key.version,
        fingerprint=state.fingerprint,
        people=list(Member.objects.filter(pk__in=people).select_related("user").order_by("pk")),
        pending=pending,
        trustees=list(state.key.recipients),
        records=waiting(organisation.pk, letter).count(),
        own=member.key_group == letter,
    )


def _newcomers(organisation: Organisation, groups: list[GroupView]) -> list[Newcomer]:
    inside = [person.pk for group in groups for person in group.people]
    keys = MemberKey.objects.filter(member__organisation=organisation, left_at=None, member__user__is_active=True)
    open_links = ChainLink.objects.filter(owner=organisation.pk, number=None).prefetch_related("signatures")
    signed = {link.holder: len(link.signatures.all()) for link in open_links if link.holder}
    known = set(ChainLink.objects.filter(owner=organisation.pk, number__isnull=False).values_list("holder", flat=True))
    return [
        Newcomer(key.member, key.group, signed.get(key.holder.id, 0), key.holder.id in known)
        for key in keys.exclude(pk__in=inside).select_related("member__user").order_by("pk")
        if key.member.key_group == key.group
    ]
