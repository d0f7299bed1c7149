"""Alarms that were raised, and when each was over: a code and two moments. The page that shows one reads the rest."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AlarmCode(models.TextChoices):
    ENDPOINT_QUIET = "endpoint_quiet", _("Stripe's messages do not arrive")
    STRIPE_UNREACHABLE = "stripe_unreachable", _("Stripe does not answer us")
    EVENTS_ASIDE = "events_aside", _("Events were set aside")
    PAYMENTS_STUCK = "payments_stuck", _("Payments are stuck")
    ROWS_UNREAD = "rows_unread", _("Stripe lists what we cannot read")
    CARD_TESTING = "card_testing", _("Somebody seems to test stolen cards")


class Alarm(models.Model):
    """One alarm, from the look that found it to the look that no longer did."""

    code = models.CharField(max_length=20, choices=AlarmCode)
    raised_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(over_at=None),
                name="donations_alarm_once",
                violation_error_message=_("This alarm stands already."),
            ),
            models.CheckConstraint(
                condition=Q(code__in=AlarmCode.values),
                name="donations_alarm_known",
                violation_error_message=_("This is no alarm."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {'over' if self.over_at else 'stands'}"
