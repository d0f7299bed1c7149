"""Writing a group's key: the pair, a seat for each of its people, a copy for each trustee, and what its link says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.public import PrivateKey

from kernel.accounts.models import Organisation
from kernel.disclosure.models import GroupKeySeat, MemberKey
from kernel.disclosure.opening import seal_seat
from kernel.disclosure.trustees import write_copies
from kernel.vault.chain import trust
from kernel.vault.chain.bodies import KeyBody
from kernel.vault.chain.signing import public_of
from kernel.vault.models import GroupKey


@dataclass(frozen=True)
class NewKey:
    """A group key that was written, and what the link about it has to say."""

    key: GroupKey
    said: KeyBody


def write_group_key(
    organisation: Organisation,
    group: str,
    *,
    version: int,
    state: str,
    member_keys: Sequence[MemberKey],
    recipients: Sequence[str],
    at: datetime,
) -> NewKey:
    """Write a fresh group key, in the caller's transaction. Its private half is forgotten here, but for the seats.

    The caller has made sure that `member_keys` are whom they seem to be: the database alone is no proof.
    """
    private_key, signing = PrivateKey.generate(), Ed25519PrivateKey.generate()
    key = GroupKey.objects.create(
        owner=organisation.pk,
        group=group,
        version=version,
        public_key=bytes(private_key.public_key),
        state=state,
        created_at=at,
    )
    GroupKeySeat.objects.bulk_create(
        GroupKeySeat(
            group_key=key,
            member_key=member_key,
            sealed_private_key=seal_seat(key, bytes(private_key), member_key),
            created_at=at,
        )
        for member_key in member_keys
    )
    write_copies(key, organisation, recipients, private_key=bytes(private_key), signing=signing, at=at)
    said = KeyBody(
        owner=organisation.pk,
        group=group,
        version=version,
        public_key=bytes(key.public_key),
        holders=tuple(member_key.holder for member_key in member_keys),
        recovery=public_of(signing) if recipients else b"",
        recipients=tuple(recipients),
        after=trust.trusted_of(organisation.pk).head,
    )
    return NewKey(key, said)
