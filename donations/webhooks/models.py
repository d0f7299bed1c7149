"""The inbox: which events Stripe told us of, and what became of them. Ids and codes, never a payload."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EventState(models.TextChoices):
    WAITING = "waiting", _("waiting")  # to be applied, now or after a failed attempt
    DONE = "done", _("applied")  # what it tells is in our rows
    IGNORED = "ignored", _("of no concern")  # not a kind, or not a payment, that is ours
    POISON = "poison", _("set aside")  # every attempt failed: a person must look


class InboxEvent(models.Model):
    """One event of Stripe's. It is fetched again before it is believed."""

    event_id = models.CharField(max_length=255, primary_key=True)
    type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=255, blank=True, default="")
    livemode = models.BooleanField()
    swept = models.BooleanField(default=False)  # it never arrived: the sweep found it
    state = models.CharField(max_length=8, choices=EventState, default=EventState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True, default="")  # a code
    happened_at = models.DateTimeField()  # at Stripe
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="donations_inbox_waiting"),
            models.Index(fields=["-received_at"], name="donations_inbox_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=EventState.values),
                name="donations_inbox_state_known",
                violation_error_message=_("This is not a state an event can be in."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"
