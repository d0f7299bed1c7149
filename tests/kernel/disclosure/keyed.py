"""An organisation with keys whose private halves are at hand: no passphrase is stretched, so it is quick to make."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyrage
from django.utils import timezone
from nacl.public import PrivateKey

from kernel import vault
from kernel.accounts.models import Member, Organisation
from kernel.disclosure.fingerprints import digits_of
from kernel.disclosure.holding import private_keys
from kernel.disclosure.joining import let_in
from kernel.disclosure.making import write_group_key
from kernel.disclosure.models import LEAST_MEMORY, LEAST_PASSES, MemberKey
from kernel.disclosure.rotating import make_group_key, sign_group_key
from kernel.vault.chain import trust
from kernel.vault.chain.signing import public_of, signing_key
from kernel.vault.models import GroupKey, SealedRecord
from kernel.vault.sealing import open_halves
from kernel.vault.shares import half_of
from tests.factories.organisations import make_member, make_partner

NOW = timezone.now()


@dataclass
class Keyed:
    """The people of an organisation by group, and what their passphrases would open."""

    organisation: Organisation
    people: dict[str, list[Member]]
    private: dict[int, bytes]
    trustees: dict[str, list[pyrage.x25519.Identity]] = field(default_factory=dict)

    def as_(self, member: Member) -> dict[str, Any]:
        """Return who acts and with what, as the deeds want it."""
        return {"by": member, "member_private": self.private[member.pk], "at": NOW}

    def open(self, record_id: str, a: Member, b: Member) -> bytes:
        """Return what a record holds, by the seats of one member of each group."""
        record = SealedRecord.objects.get(record_id=record_id)
        halves = [
            half_of(record, group, private_keys(member, self.private[member.pk]))
            for group, member in (("A", a), ("B", b))
        ]
        return open_halves(record, *halves)

    def hire(self, role: str) -> MemberKey:
        """Return the key of a new member, which nobody has let in yet."""
        return self.key_of(make_member(self.organisation, role))

    def key_of(self, member: Member) -> MemberKey:
        """Return a new key of a member, in place of any before."""
        key, self.private[member.pk] = quick_key(member)
        key.save()
        return key

    def join(self, role: str) -> Member:
        """Return a new member whom two people have let in."""
        key = self.hire(role)
        group = key.group
        other = self.people["B" if group == "A" else "A"][-1]
        for by in (other, self.people[group][0]):
            let_in(newcomer=key, digits=digits_of(key), **self.as_(by))
        self.people[group].append(key.member)
        return key.member

    def rotate(self, group: str, recipients: Sequence[str] | None = None) -> GroupKey:
        """Return the group's new live key: made by its first member, signed by the other group's."""
        first, second = self.people[group][0], self.people["B" if group == "A" else "A"][0]
        key = make_group_key(**self.as_(first), recipients=recipients)
        return sign_group_key(key=key, **self.as_(second))


def quick_key(member: Member) -> tuple[MemberKey, bytes]:
    """Return an unsaved member key and its private half, which no passphrase opens."""
    private = PrivateKey.generate()
    key = MemberKey(
        member=member,
        group=member.key_group or "",
        salt=secrets.token_bytes(16),
        passes=LEAST_PASSES,
        memory=LEAST_MEMORY,
        public_key=bytes(private.public_key),
        signing_key=public_of(signing_key(bytes(private))),
        sealed_private_key=b"sealed",
        created_at=NOW,
    )
    return key, bytes(private)


def make_keyed(*, people: int = 2, trustees: bool = False, at: datetime = NOW) -> Keyed:
    """Return an organisation with `people` caseworkers and as many approvers, its live keys and, if asked, trustees."""
    organisation = make_partner()
    keyed = Keyed(organisation, {}, {})
    for group, role in (("A", "caseworker"), ("B", "approver")):
        members = [make_member(organisation, role) for _ in range(people)]
        keys = [keyed.key_of(member) for member in members]
        keyed.people[group] = members
        keyed.trustees[group] = [pyrage.x25519.Identity.generate() for _ in range(2 if trustees else 0)]
        new = write_group_key(
            organisation,
            group,
            version=1,
            state="live",
            member_keys=keys,
            recipients=sorted(str(identity.to_public()) for identity in keyed.trustees[group]),
            at=at,
        )
        trust.begin(new.key, new.said, at=at)
    return keyed


def seal(keyed: Keyed, record_id: str = "pl_1", plain: bytes = b"Canary Sixpence") -> SealedRecord:
    """Return a record sealed to an organisation's live keys."""
    return vault.seal(record_id, "pledge.contact", plain, keyed.organisation.pk)
