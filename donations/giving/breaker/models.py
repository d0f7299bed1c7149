"""What the breaker counts, and when giving was stopped by hand. Neither says anything about who gave or tried."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.giving.models import Donation


class DeclinedCharge(models.Model):
    """One card that a bank refused. Kept for a week: the breaker counts those of the last hour."""

    charge = models.CharField(max_length=255, primary_key=True)  # Stripe's id, so that the second telling counts once
    donation = models.ForeignKey(
        Donation, related_name="declines", on_delete=models.CASCADE
    )  # of a gift that is dropped, its declines say nothing
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"declined {self.charge}"


class StopReason(models.TextChoices):
    CARD_TESTING = "card_testing", _("somebody tests stolen cards")
    PROVIDER = "provider", _("the payment provider is in trouble")
    OTHER = "other", _("another reason")


class GivingStop(models.Model):
    """A time in which no gift could be begun, because a person said so."""

    stopped_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=20, choices=StopReason)
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resumed_by"],  # empty as long as it stands
                condition=Q(resumed_at=None),
                name="donations_stopped_once",
                violation_error_message=_("Giving is stopped already."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=StopReason.values),
                name="donations_stop_reason_known",
                violation_error_message=_("Choose one of the reasons."),
            ),
            models.CheckConstraint(
                condition=Q(resumed_at=None, resumed_by="") | Q(resumed_at__isnull=False) & ~Q(resumed_by=""),
                name="donations_stop_says_who_resumed",
                violation_error_message=_("Who lets gifts go on is named."),
            ),
        ]

    def __str__(self) -> str:
        return "over" if self.resumed_at else "stopped"
