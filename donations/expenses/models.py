"""An expense: what a fund paid for. No payee and no text: who was helped stays out of the books."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money


class ExpenseCategory(models.TextChoices):
    """The categories in which the operation of 2017 published its spending."""

    SOCIAL_WORK = "social_work", _("Social workers")
    TRAVEL = "travel", _("Travel within the country")
    DEPARTURE = "departure", _("Visas and departure")
    HOUSING = "housing", _("Housing")
    FOOD = "food", _("Food")
    MEDICAL = "medical", _("Medical help")
    ADVOCACY = "advocacy", _("Advocacy")
    STAFF = "staff", _("Round-the-clock staff")
    DOCUMENTS = "documents", _("Documents")
    OTHER = "other", _("Other")


class Expense(models.Model):
    """One payment out of the bank for a fund."""

    id = PublicIdField(prefix="ex")
    fund = models.ForeignKey(Fund, related_name="expenses", on_delete=models.PROTECT)  # spending is a record
    category = models.CharField(max_length=20, choices=ExpenseCategory)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    spent_on = models.DateField()
    booked_by = models.CharField(max_length=80)  # opaque actor
    created_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)  # booked by mistake: the ledger holds both
    reversed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["-spent_on", "-created_at"], name="donations_expense_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES),
                name="donations_expense_positive",
                violation_error_message=_("An expense is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(category__in=ExpenseCategory.values),
                name="donations_expense_category_known",
                violation_error_message=_("Choose one of the categories."),
            ),
            models.CheckConstraint(
                condition=Q(reversed_at=None, reversed_by="") | Q(reversed_at__isnull=False) & ~Q(reversed_by=""),
                name="donations_expense_reversed_whole",
                violation_error_message=_("What was taken back says when and by whom."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What was paid."""
        return Money(self.amount_minor, self.currency)
