"""Public halves of group keys, sealed records, and where a notice may be sent. Owners and record ids are opaque."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.vault.chain.rows import ChainLink, ChainSignature

__all__ = [
    "ChainLink",
    "ChainSignature",
    "Group",
    "GroupKey",
    "GroupKeyState",
    "KeyShare",
    "Letter",
    "NotificationAddress",
    "SealedRecord",
]


class Group(models.TextChoices):
    A = "A", _("caseworkers")  # hold the first half of every data key
    B = "B", _("approvers")  # hold the second


class GroupKeyState(models.TextChoices):
    PENDING = "pending", _("waits for a second signature")  # nothing is sealed to it yet
    LIVE = "live", _("live")  # new records are sealed to it
    RETIRED = "retired", _("retired")  # opens what was sealed to it, until everything has been moved


class GroupKey(models.Model):
    """The public half of one group's key. The private half lies nowhere in clear."""

    owner = models.CharField(max_length=40)
    group = models.CharField(max_length=1, choices=Group)
    version = models.PositiveIntegerField()
    public_key = models.BinaryField(max_length=32)
    state = models.CharField(max_length=7, choices=GroupKeyState, default=GroupKeyState.LIVE)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "group", "version"],
                name="vault_group_key_version_once",
                violation_error_message=_("This group has a key of that version already."),
            ),
            models.UniqueConstraint(
                fields=["owner", "group"],
                condition=Q(state="live"),
                name="vault_group_key_one_live",
                violation_error_message=_("A group has one live key."),
            ),
            models.UniqueConstraint(
                fields=["owner", "group"],
                condition=Q(state="pending"),
                name="vault_group_key_one_pending",
                violation_error_message=_("A new key of this group waits for its second signature already."),
            ),
            models.CheckConstraint(
                condition=Q(group__in=["A", "B"]) & Q(state__in=["pending", "live", "retired"]) & Q(version__gte=1),
                name="vault_group_key_known",
                violation_error_message=_("A group key belongs to group A or B and is pending, live or retired."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.group}{self.version}"


class SealedRecord(models.Model):
    """One blob that only both groups together can open. `record_id` and `purpose` are part of the seal."""

    record_id = models.CharField(max_length=80)
    purpose = models.CharField(max_length=40)
    format = models.PositiveSmallIntegerField()
    nonce = models.BinaryField(max_length=12)
    ciphertext = models.BinaryField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record_id", "purpose"],
                name="vault_record_once_per_purpose",
                violation_error_message=_("This record is sealed for that purpose already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.purpose}"


class Letter(models.TextChoices):
    A = "A", _("caseworkers' half")
    B = "B", _("approvers' half")
    R = "R", _("what a change of keys left for the other group")  # taken into that group's half, then gone


class KeyShare(models.Model):
    """A part of a record's data key, in a box for one group's key. A table apart, so that backups can leave it out.

    The data key is the xor of all shares of a record; a group's half is the xor of those it can open. There is one A,
    one B, and an R for every change of keys that the other group has not caught up with.
    """

    record = models.ForeignKey(
        SealedRecord,
        related_name="shares",
        on_delete=models.CASCADE,  # without its record a share opens nothing
    )
    letter = models.CharField(max_length=1, choices=Letter)
    group_key = models.ForeignKey(
        GroupKey,
        related_name="shares",
        on_delete=models.PROTECT,  # without its key a record is lost
    )
    box = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "letter"],
                condition=~Q(letter="R"),
                name="vault_share_one_half_each",
                violation_error_message=_("A record has one half for each group."),
            ),
            models.UniqueConstraint(
                fields=["record", "group_key"],
                condition=~Q(letter="R"),
                name="vault_share_two_groups",
                violation_error_message=_("The two halves of a data key go to two groups."),
            ),
            models.CheckConstraint(
                condition=Q(letter__in=["A", "B", "R"]),
                name="vault_share_letter_known",
                violation_error_message=_("A share is A, B or R."),
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.letter} of record {self.record_id}"


class NotificationAddress(models.Model):
    """Where a notice may be sent. No foreign key and no time: without the server key it belongs to nobody."""

    lookup = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return "an address"
