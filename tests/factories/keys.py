"""Group keys and people who hold them, quick to make: no passphrase is stretched, the private halves are at hand."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone
from nacl.public import PrivateKey

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.models import LEAST_MEMORY, LEAST_PASSES, GroupKeySeat, MemberKey
from kernel.disclosure.opening import seal_seat
from kernel.disclosure.unlocking.deeds import hold
from kernel.vault.chain import trust
from kernel.vault.chain.bodies import Holder, KeyBody
from kernel.vault.chain.signing import public_of, signing_key
from kernel.vault.models import GroupKey
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient

HOLDERS = 2  # an organisation takes contacts in with two people in each group


def make_group_keys(organisation: Organisation, keys: Sequence[MemberKey] = ()) -> tuple[bytes, bytes]:
    """Give the organisation live keys of both groups, held by `keys`; return their private halves, A and B."""
    halves = []
    for letter in ("A", "B"):
        private = PrivateKey.generate()
        holders = tuple(key.holder for key in keys if key.group == letter)
        put_key(organisation.pk, letter, bytes(private.public_key), holders=holders)
        halves.append(bytes(private))
    return halves[0], halves[1]


@dataclass(frozen=True)
class Keyed:
    """A member and the private key that six words would open."""

    member: Member
    private_key: bytes

    def browser(self) -> StrictClient:
        """Return a browser in which this person has signed in and unlocked the key."""
        browser = console_client(self.member)
        session_key = browser.session.session_key or ""
        cookie = hold(member=self.member, private_key=self.private_key, session_key=session_key, at=timezone.now())
        browser.cookies["vault"] = base64.urlsafe_b64encode(cookie).decode()
        return browser


def make_keyed(member: Member) -> Keyed:
    """Give a member a key pair without a passphrase."""
    private = PrivateKey.generate()
    MemberKey.objects.create(
        member=member,
        group=member.key_group,
        salt=b"s" * 16,
        passes=LEAST_PASSES,
        memory=LEAST_MEMORY,
        public_key=bytes(private.public_key),
        signing_key=public_of(signing_key(bytes(private))),
        sealed_private_key=b"no words open this",
        created_at=timezone.now(),
    )
    return Keyed(member, bytes(private))


@dataclass(frozen=True)
class Staff:
    """An organisation with keys: two caseworkers, a coordinator and an approver, and both groups' private keys."""

    organisation: Organisation
    caseworkers: tuple[Keyed, Keyed]
    coordinator: Keyed
    approver: Keyed
    group_a: bytes
    group_b: bytes


def make_staff(organisation: Organisation) -> Staff:
    """Give an organisation people, each with a key and a seat in their own group."""
    made = [
        make_keyed(make_member(organisation, role)) for role in ("caseworker", "caseworker", "coordinator", "approver")
    ]
    keys = [MemberKey.objects.get(member=keyed.member) for keyed in made]
    private_a, private_b = make_group_keys(organisation, keys)
    for keyed in made:
        key = MemberKey.objects.get(member=keyed.member)
        group_key = GroupKey.objects.get(owner=organisation.pk, group=key.group)
        private = private_a if key.group == "A" else private_b
        GroupKeySeat.objects.create(
            group_key=group_key,
            member_key=key,
            sealed_private_key=seal_seat(group_key, private, key),
            created_at=timezone.now(),
        )
    return Staff(organisation, (made[0], made[1]), made[2], made[3], private_a, private_b)


def nobodies(owner: str, letter: str) -> dict[Holder, Ed25519PrivateKey]:
    """Return holders who are no members, always the same, with what they sign with."""
    found = {}
    for number in range(HOLDERS):
        key = signing_key(hashlib.sha256(f"{owner} {letter}{number}".encode()).digest())
        found[Holder(f"nobody:{letter}{number}", bytes(32), public_of(key))] = key
    return found


def put_key(owner: str, letter: str, public_key: bytes, version: int = 1, holders: tuple[Holder, ...] = ()) -> GroupKey:
    """Write a live key of a group, and its link: pinned, or signed by two if it is a later version."""
    at = timezone.now()
    key = GroupKey.objects.create(owner=owner, group=letter, version=version, public_key=public_key, created_at=at)
    signers = nobodies(owner, letter)
    said = KeyBody(owner, letter, version, public_key, holders or tuple(signers), after=trust.trusted_of(owner).head)
    if version == 1:
        trust.begin(key, said, at=at)
        return key
    link = trust.propose(key, said, at=at)
    for holder, signing in signers.items():
        trust.add_signature(link, holder.id, signing, at=at)
    trust.put_on(link)
    return key
