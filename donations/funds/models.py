"""A fund, and the public figures of it."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money


class FundQuerySet(models.QuerySet["Fund"]):
    """Adjectives."""

    def open(self) -> "FundQuerySet":
        """Those that take gifts now, in the order they are shown."""
        return self.filter(is_open=True).order_by("position", "name")


class Fund(models.Model):
    """What money is given for. Closed funds take no new gifts; their books stay."""

    id = PublicIdField(prefix="fd")
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_ru = models.CharField(max_length=80, blank=True, default="")
    summary = models.CharField(max_length=300, blank=True, default="")
    summary_ru = models.CharField(max_length=300, blank=True, default="")
    goal_minor = models.BigIntegerField(null=True, blank=True)
    goal_currency = models.CharField(max_length=3, blank=True, default="", validators=[RegexValidator(r"^[A-Z]{3}$")])
    presets = models.JSONField(
        default=dict, blank=True
    )  # {"EUR": [2500, 5000]}: minor units in place of the usual ones
    is_open = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = FundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(goal_minor=None, goal_currency="") | Q(goal_minor__gt=0, goal_currency__in=CURRENCIES),
                name="donations_fund_goal_whole",
                violation_error_message=_("A goal is an amount above zero in a currency taken here, or absent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def goal(self) -> Money | None:
        """What the fund hopes to raise, if it says so."""
        return None if self.goal_minor is None else Money(self.goal_minor, self.goal_currency)

    @property
    def shown_name(self) -> str:
        """The name in the language of the reader."""
        return (self.name_ru if (get_language() or "").startswith("ru") else "") or self.name

    @property
    def shown_summary(self) -> str:
        """The summary in the language of the reader."""
        return (self.summary_ru if (get_language() or "").startswith("ru") else "") or self.summary


class PublicFigure(models.Model):
    """What the public is told was raised for a fund in one currency: it moves rarely, so that no single gift shows."""

    fund = models.ForeignKey(
        Fund, related_name="figures", on_delete=models.CASCADE
    )  # a figure is nothing without its fund
    currency = models.CharField(max_length=3)
    raised_minor = models.BigIntegerField()
    gifts = models.PositiveIntegerField()  # gifts ever booked when it last moved; never shown
    upto = models.BigIntegerField(default=0)  # the last transaction then known: what is above it is new; never shown
    moved_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "currency"],
                name="donations_figure_once",
                violation_error_message=_("There is a public figure for this fund and currency."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.currency}"


class PublicSpending(models.Model):
    """What the public is told was spent from a fund on one category; written anew once a day."""

    fund = models.ForeignKey(
        Fund, related_name="spending", on_delete=models.CASCADE
    )  # a figure is nothing without its fund
    category = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    spent_minor = models.BigIntegerField()
    moved_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "category", "currency"],
                name="donations_spending_once",
                violation_error_message=_("There is a public figure for this fund, category and currency."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.category} {self.currency}"


class PublicFigureMonth(models.Model):
    """What a public figure stood at when it last moved in a month."""

    fund = models.ForeignKey(
        Fund, related_name="figure_months", on_delete=models.CASCADE
    )  # a figure is nothing without its fund
    currency = models.CharField(max_length=3)
    month = models.DateField()  # its first day
    raised_minor = models.BigIntegerField()  # since the beginning

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "currency", "month"],
                name="donations_figure_month_once",
                violation_error_message=_("There is a public figure for this fund, currency and month."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="donations_figure_month_first_day",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.currency} {self.month:%Y-%m}"


class PublicSpendingMonth(models.Model):
    """The part of a fund's public spending on one category that fell into a month."""

    fund = models.ForeignKey(
        Fund, related_name="spending_months", on_delete=models.CASCADE
    )  # a figure is nothing without its fund
    category = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    month = models.DateField()  # its first day
    spent_minor = (
        models.BigIntegerField()
    )  # in this month; below zero where a correction of earlier months outweighs it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "category", "currency", "month"],
                name="donations_spending_month_once",
                violation_error_message=_("There is a public figure for this fund, category, currency and month."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="donations_spending_month_first_day",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_id} {self.category} {self.currency} {self.month:%Y-%m}"
