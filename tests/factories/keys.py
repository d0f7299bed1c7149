"""Group keys without members: quick to make, and their private halves at hand to prove what was sealed."""

from django.utils import timezone
from nacl.public import PrivateKey

from kernel.accounts.models import Organisation
from kernel.vault.models import GroupKey


def make_group_keys(organisation: Organisation) -> tuple[bytes, bytes]:
    """Give the organisation live keys of both groups; return their private halves, A and B."""
    halves = []
    for letter in ("A", "B"):
        private = PrivateKey.generate()
        GroupKey.objects.create(
            owner=organisation.pk,
            group=letter,
            version=1,
            public_key=bytes(private.public_key),
            created_at=timezone.now(),
        )
        halves.append(bytes(private))
    return halves[0], halves[1]
