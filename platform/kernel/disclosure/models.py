"""Keys of members, and the seats that let them use a group's key. Every private half is sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.disclosing.rows import (
    Disclosure,
    DisclosureBox,
    DisclosureMove,
    DisclosurePurpose,
    DisclosureStatus,
)
from kernel.disclosure.unlocking.rows import Unlock, UnlockTries
from kernel.vault.chain.bodies import Holder
from kernel.vault.models import Group, GroupKey

__all__ = [
    "Disclosure",
    "DisclosureBox",
    "DisclosureMove",
    "DisclosurePurpose",
    "DisclosureStatus",
    "GroupKeySeat",
    "Left",
    "MemberKey",
    "RecoveryCopy",
    "Trustee",
    "Unlock",
    "UnlockTries",
]

HOLDER = "member:"
LEAST_PASSES = 3
LEAST_MEMORY = 128 * 2**20  # bytes


def holder_id(member_pk: int) -> str:
    """Return the id under which a member stands in the chain of keys."""
    return f"{HOLDER}{member_pk}"


def member_pk(holder: str) -> int | None:
    """Return which member an id of the chain means, or None."""
    number = holder.removeprefix(HOLDER)
    return int(number) if holder.startswith(HOLDER) and number.isdecimal() else None


class Left(models.TextChoices):
    GONE = "gone", _("no longer works here")  # the group's key changes before anything else
    EXPOSED = "exposed", _("the key may be in other hands")  # as above
    LOST = "lost", _("forgot the passphrase")  # nobody else can open it: a new member key is enough


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
    signing_key = models.BinaryField(max_length=32, default=b"")  # verifies; made from the same private half
    sealed_private_key = models.BinaryField()  # empty once the member has left
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_why = models.CharField(max_length=7, choices=Left, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None, left_why="")
                | Q(left_at__isnull=False, left_why__in=["gone", "exposed", "lost"]),
                name="disclosure_member_key_left_whole",
                violation_error_message=_("Who has left, left at a time and for a reason."),
            ),
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

    @property
    def holder(self) -> Holder:
        """What the chain of the group's keys says about this member, if it says that this one holds it."""
        return Holder(holder_id(self.member_id), bytes(self.public_key), bytes(self.signing_key))


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


class Trustee(models.Model):
    """Someone outside who can bring a group back: an age recipient, whose identity lies on no server.

    One group for good, so that nobody can bring back both.
    """

    organisation = models.ForeignKey(
        Organisation,
        related_name="trustees",
        on_delete=models.PROTECT,  # its keys were sealed to this trustee
    )
    group = models.CharField(max_length=1, choices=Group.choices)
    recipient = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "recipient"],
                name="disclosure_trustee_of_one_group",
                violation_error_message=_("A trustee brings back one group, never both."),
            ),
            models.CheckConstraint(
                condition=Q(group__in=["A", "B"]),
                name="disclosure_trustee_group_known",
                violation_error_message=_("A trustee is of group A or B."),
            ),
        ]

    def __str__(self) -> str:
        return f"trustee {self.pk} of group {self.group}"


class RecoveryCopy(models.Model):
    """The private half of a group's key as an age file for one trustee."""

    group_key = models.ForeignKey(
        GroupKey,
        related_name="copies",
        on_delete=models.CASCADE,  # only a key that never came to be is deleted
    )
    trustee = models.ForeignKey(
        Trustee,
        related_name="copies",
        on_delete=models.PROTECT,  # the copies go first
    )
    file = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group_key", "trustee"],
                name="disclosure_one_copy_per_trustee",
                violation_error_message=_("This trustee has a copy of that key already."),
            )
        ]

    def __str__(self) -> str:
        return f"copy of group key {self.group_key_id} for trustee {self.trustee_id}"
