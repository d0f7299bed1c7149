"""Keys of members, and the seats that let them use a group's key. Every private half is sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Member
from kernel.disclosure.disclosing.rows import (
    Disclosure,
    DisclosureBox,
    DisclosureMove,
    DisclosurePurpose,
    DisclosureStatus,
)
from kernel.disclosure.unlocking.rows import Unlock, UnlockTries
from kernel.vault.models import Group, GroupKey

__all__ = [
    "Disclosure",
    "DisclosureBox",
    "DisclosureMove",
    "DisclosurePurpose",
    "DisclosureStatus",
    "GroupKeySeat",
    "MemberKey",
    "Unlock",
    "UnlockTries",
]

LEAST_PASSES = 3
LEAST_MEMORY = 128 * 2**20  # bytes


class MemberKey(models.Model):
    """A member's own key pair; the private half opens with the member's passphrase alone.

    One per member and of one group for good (a trigger refuses a change), and every seat is of that group: so nobody
    holds keys of both.
    """

    member = models.OneToOneField(
        Member,
        primary_key=True,
        related_name="key",
        on_delete=models.PROTECT,  # leaving takes the seats away first, and makes a new group key
    )
    group = models.CharField(max_length=1, choices=Group.choices)
    salt = models.BinaryField(max_length=16)
    passes = models.PositiveSmallIntegerField()
    memory = models.PositiveBigIntegerField()
    public_key = models.BinaryField(max_length=32)
    sealed_private_key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=["A", "B"]),
                name="disclosure_member_key_group_known",
                violation_error_message=_("A member's key is of group A or B."),
            ),
            models.CheckConstraint(
                condition=Q(passes__gte=LEAST_PASSES, memory__gte=LEAST_MEMORY),
                name="disclosure_member_key_not_cheap",
                violation_error_message=_("A passphrase is never cheaper to try than 3 passes over 128 MiB."),
            ),
        ]

    def __str__(self) -> str:
        return f"key of member {self.member_id}"


class GroupKeySeat(models.Model):
    """The private half of a group's key, sealed to one member's public key."""

    group_key = models.ForeignKey(
        GroupKey,
        related_name="seats",
        on_delete=models.PROTECT,  # a key without seats opens nothing ever again
    )
    member_key = models.ForeignKey(
        MemberKey,
        related_name="seats",
        on_delete=models.PROTECT,  # a seat is taken away by the deed of leaving
    )
    sealed_private_key = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_key", "member_key"],
                name="disclosure_one_seat_per_key",
                violation_error_message=_("This member has a seat at this key already."),
            )
        ]

    def __str__(self) -> str:
        return f"seat of member {self.member_key_id} at group key {self.group_key_id}"
