"""Group keys for a test, with their private halves."""

from dataclasses import dataclass

from django.utils import timezone
from nacl.public import PrivateKey

from kernel.vault.models import GroupKey


@dataclass(frozen=True)
class Pair:
    """The private keys of both groups of one owner."""

    a: bytes
    b: bytes


def make_keys(owner: str = "org_test", version: int = 1) -> Pair:
    """Give an owner live keys and return their private halves."""
    GroupKey.objects.filter(owner=owner).update(state="retired")
    private = {letter: PrivateKey.generate() for letter in "AB"}
    for letter, key in private.items():
        GroupKey.objects.create(
            owner=owner,
            group=letter,
            version=version,
            public_key=bytes(key.public_key),
            created_at=timezone.now(),
        )
    return Pair(bytes(private["A"]), bytes(private["B"]))
