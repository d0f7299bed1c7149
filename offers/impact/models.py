"""The figures of a month: written once, when the month is over, and never again."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Figure(models.TextChoices):
    HOUSEHOLDS_ASKED = "households_asked", _("households that asked for help")  # a need of theirs was opened
    HOUSEHOLDS_HELPED = "households_helped", _("households that were helped")  # a need of theirs was met
    PROVIDERS = "providers", _("people and organisations that offered help")  # an offer of theirs was vetted


class ImpactFigure(models.Model):
    """One figure as it stood at the end of a month. `shown` is public, `counted` is not."""

    month = models.DateField()  # its first day
    figure = models.CharField(max_length=20, choices=Figure)
    shown = models.PositiveIntegerField()
    counted = models.PositiveIntegerField()  # behind `shown`, when the figure last moved; never shown
    moved = models.BooleanField()  # whether it moved this month

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "figure"],
                name="offers_impact_one_a_month",
                violation_error_message=_("This month is frozen."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, counted__gte=models.F("shown")),
                name="offers_impact_whole",
                violation_error_message=_("A figure is of a month, and shows no more than was counted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.month:%Y-%m}"
