"""What has been promised, and which wake-ups are on their way to the worker."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("waiting")  # to be carried out once it is due; also after a failure that may pass
    DONE = "done", _("done")  # carried out
    FAILED = "failed", _("failed")  # set aside after too many tries or a hopeless one: a person must look


class OutboxRow(models.Model):
    """One promise. The drain alone changes it, by compare-and-swap on `claim`; `attempts`, `error` tell the story."""

    kind = models.CharField(max_length=80)
    object_id = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=OutboxState, default=OutboxState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=60, blank=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="outbox_row_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "done", "failed"]),
                name="outbox_row_state_known",
                violation_error_message=_("An outbox row is waiting, done or failed."),
            ),
            models.CheckConstraint(
                condition=Q(claim="", claimed_until=None) | (~Q(claim="") & Q(claimed_until__isnull=False)),
                name="outbox_row_claim_has_an_end",
                violation_error_message=_("A claim names its end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.state}"


class Wakeup(models.Model):
    """Whether a wake-up for `task` already lies in the worker's queue, so that a thousand rows send one."""

    task = models.CharField(max_length=160, primary_key=True)
    waiting_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.task
