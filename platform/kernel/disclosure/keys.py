"""The first keys of an organisation, and whose keys a contact is sealed to."""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import transaction

from kernel import audit
from kernel.accounts.models import Member, Organisation
from kernel.disclosure.holding import LEAST_IN_A_GROUP, check_enough
from kernel.disclosure.making import write_group_key
from kernel.disclosure.models import MemberKey
from kernel.disclosure.opening import group_private_key, lock_member_key, unlock
from kernel.disclosure.trustees import check_recipients
from kernel.disclosure.words import new_passphrase
from kernel.states import Refusal
from kernel.vault.chain import trust
from kernel.vault.models import Group, GroupKey, GroupKeyState
from kernel.vault.sealing import live_keys

__all__ = ["create_group_keys", "group_private_key", "keys_owner", "unlock"]

FIRST_VERSION = 1
MOST_AT_ONCE = 4  # each derivation holds 128 MiB


def keys_owner(organisation: Organisation) -> Organisation:
    """Return whose group keys this organisation's contacts are sealed to: its own, else its steward's.

    Raises Refusal `no_group_key` if neither has two live keys, `too_few_members` if a group has come down to one person
    or none: then nothing is taken in, and it never falls back.
    """
    for owner in (organisation, organisation.steward):
        if owner is not None and live_keys(owner.pk):
            check_enough(owner)
            return owner
    raise Refusal("no_group_key", "Contact details cannot be taken in yet: the keys to seal them are missing.")


def _refuse_second_keys(organisation: Organisation) -> None:
    if GroupKey.objects.filter(owner=organisation.pk).exists():
        raise Refusal("keys_exist", "This organisation has keys already: its members change them, nobody else can.")


def _by_group(organisation: Organisation) -> dict[str, list[Member]]:
    """The members who will hold keys, by group. Raises Refusal `too_few_members`."""
    active = Member.objects.filter(organisation=organisation, user__is_active=True).select_related("user")
    members = list(active.order_by("pk"))
    groups = {letter: [member for member in members if member.key_group == letter] for letter in Group.values}
    if any(len(group) < LEAST_IN_A_GROUP for group in groups.values()):
        raise Refusal(
            "too_few_members",
            "Keys need at least two caseworkers and two coordinators or approvers: "
            f"there are {len(groups['A'])} and {len(groups['B'])}.",
        )
    return groups


def _member_keys(members: list[Member]) -> list[tuple[MemberKey, str]]:
    """Derive everyone's key at once, on as many cores as there are: the derivation lets go of the interpreter."""
    phrases = [new_passphrase() for _ in members]
    with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        return list(zip(pool.map(lock_member_key, members, phrases), phrases, strict=True))


def create_group_keys(
    organisation: Organisation, *, by: str, at: datetime, trustees: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[Member, str]]:
    """Make the first keys of an organisation: a pair per member, a pair per group, a seat for each in its own group.

    `trustees` are age recipients by group: two or more, or none. Returns (member, passphrase) for each; the passphrases
    are written nowhere and never shown again. Raises Refusal `keys_exist`, `too_few_members`, or one about trustees.
    Takes half a second a member, so call it outside a transaction.
    """
    _refuse_second_keys(organisation)
    groups = _by_group(organisation)
    recipients = {letter: check_recipients((trustees or {}).get(letter, ())) for letter in groups}
    made = {letter: _member_keys(members) for letter, members in groups.items()}
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        _refuse_second_keys(organisation)
        for letter, keys in made.items():
            for key, _passphrase in keys:
                key.group, key.created_at = letter, at
                key.save(force_insert=True)
            new = write_group_key(
                organisation,
                letter,
                version=FIRST_VERSION,
                state=GroupKeyState.LIVE,
                member_keys=[key for key, _passphrase in keys],
                recipients=recipients[letter],
                at=at,
            )
            trust.begin(new.key, new.said, at=at)
        audit.record(by, "disclosure.group_keys_created", organisation.pk, fields=["group_key", "member_key"], at=at)
    return [(key.member, passphrase) for keys in made.values() for key, passphrase in keys]
