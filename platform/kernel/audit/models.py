"""Four tables: what was done, what still waits for its seal, the chain of seals, and the signed counts of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One deed: opaque ids and field names, never a value. Append-only by trigger."""

    written_once = True

    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    action = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    reason = models.CharField(max_length=80, blank=True)
    fields = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(actor="") & ~Q(action=""),
                name="audit_entry_says_who_and_what",
                violation_error_message=_("An audit entry names an actor and an action."),
            )
        ]
        indexes = [
            models.Index(fields=["object_id", "id"], name="audit_entry_by_object"),
            models.Index(fields=["actor", "id"], name="audit_entry_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object_id}"


class AuditUnsealed(models.Model):
    """An entry the sealer has not reached. Written with the entry and taken away with its seal.

    It makes the unsealed tail exact: an entry with neither a seal nor a row here has lost its seal.
    """

    entry = models.OneToOneField(
        AuditEntry,
        primary_key=True,
        on_delete=models.PROTECT,  # entries are never deleted
        related_name="unsealed",
    )

    def __str__(self) -> str:
        return f"entry {self.entry_id} waits for its seal"


class AuditSeal(models.Model):
    """One link of the chain. Append-only by trigger; `previous_hash` is unique, so the chain cannot fork."""

    written_once = True

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(
        AuditEntry,
        on_delete=models.PROTECT,  # what was sealed stays
        related_name="seal",
    )
    entry_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=1),
                name="audit_seal_position_from_one",
                violation_error_message=_("The chain of seals is counted from one."),
            )
        ]

    def __str__(self) -> str:
        return f"seal {self.position}"


class AuditCheckpoint(models.Model):
    """A signed count: so many seals, and the hash of the last. Append-only by trigger, and copied off the machine.

    `hash` and `signature` are over the canonical JSON of `kernel.audit.statements.Statement`.
    """

    written_once = True

    number = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField()
    head = models.CharField(max_length=64)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=44)
    signature = models.CharField(max_length=88)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1, position__gte=0),
                name="audit_checkpoint_counts_from_one",
                violation_error_message=_("Checkpoints are counted from one."),
            )
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.number} at seal {self.position}"
