"""Payouts, and Stripe's balance transactions as it listed them: its story, kept beside ours to be compared."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from donations.payouts.findings import in_words
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves


class PayoutStatus(models.TextChoices):
    IN_TRANSIT = "in_transit", _("on its way")  # left Stripe
    PAID = "paid", _("at the bank")
    FAILED = "failed", _("refused by the bank")  # it came back, or never left
    CANCELED = "canceled", _("canceled")


# the bank may still refuse what Stripe called paid
PAYOUT_MOVES = Moves({"in_transit": ("paid", "failed", "canceled"), "paid": ("failed",)})


class Payout(models.Model):
    """One payment from Stripe to our bank. Below zero: the bank covered what we owed Stripe."""

    id = PublicIdField(prefix="pay")
    stripe_payout = models.CharField(max_length=255, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    automatic = models.BooleanField(default=True)  # by Stripe's schedule: it can say what is in it
    status = models.CharField(max_length=10, choices=PayoutStatus, default=PayoutStatus.IN_TRANSIT)
    failure = models.CharField(max_length=40, blank=True, default="")  # Stripe's code
    created_at = models.DateTimeField()  # at Stripe
    arrives_on = models.DateField()
    listed_at = models.DateTimeField(null=True, blank=True)  # when Stripe last said what is in it
    updated_at = models.DateTimeField(db_index=True)

    moves = PAYOUT_MOVES

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="donations_payout_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(amount_minor=0) & Q(currency__in=CURRENCIES),
                name="donations_payout_not_zero",
                violation_error_message=_("A payout moves something."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=PayoutStatus.values),
                name="donations_payout_status_known",
                violation_error_message=_("This is not a state a payout can be in."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What reaches the bank."""
        return Money(self.amount_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        PayoutMove.objects.create(payout=self, old=old, new=new, by=by, at=at, why=why)


class PayoutMove(models.Model):
    """One change of state of a payout."""

    written_once = True

    payout = models.ForeignKey(Payout, related_name="history", on_delete=models.PROTECT)  # kept with its payout
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.old} → {self.new}"


class StripeEntry(models.Model):
    """One balance transaction as Stripe listed it: never an input of the ledger, but what it is held against."""

    written_once = True
    changed_once = ("payout_id",)

    entry_id = models.CharField(max_length=255, primary_key=True)
    kind = models.CharField(max_length=40)
    category = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=255, blank=True, default="")
    gross_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    payout = models.ForeignKey(
        Payout,
        null=True,
        blank=True,
        related_name="entries",
        on_delete=models.PROTECT,  # said by Stripe
    )

    class Meta:
        indexes = [models.Index(fields=["happened_at"], name="donations_entry_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(net_minor=F("gross_minor") - F("fee_minor")),
                name="donations_entry_adds_up",
                violation_error_message=_("Net is gross less fee."),
            ),
        ]

    def __str__(self) -> str:
        return self.entry_id

    @property
    def net(self) -> Money:
        """What it did to the balance."""
        return Money(self.net_minor, self.currency)


class UnreadWhat(models.TextChoices):
    BALANCE_TRANSACTION = "balance_transaction", _("balance transaction")
    PAYOUT = "payout", _("payout")


class UnreadRows(models.QuerySet["UnreadRow"]):
    """Rows of Stripe's lists that this version, or one before it, could not read."""

    def standing(self) -> Self:
        """Return those that could not be read to this day: what is read is among the payouts or Stripe's entries."""
        return self.exclude(Exists(StripeEntry.objects.filter(pk=OuterRef("pk")))).exclude(
            Exists(Payout.objects.filter(stripe_payout=OuterRef("pk")))
        )


class UnreadRow(models.Model):
    """One row that Stripe listed and that could not be said in Money: kept as Stripe wrote it, and in no sum of ours.

    It stays when the row is read at last; that it was is read from where it then lies.
    """

    written_once = True
    changed_once = ("payout_id",)

    object_id = models.CharField(max_length=255, primary_key=True)
    what = models.CharField(max_length=20, choices=UnreadWhat)
    why = models.CharField(max_length=20)  # a code of findings.py
    kind = models.CharField(max_length=40)
    category = models.CharField(max_length=40, blank=True, default="")
    source = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=40, blank=True, default="")  # as Stripe spells it
    # Stripe's integers in its own unit, in digits: what cannot be read has no bound that is known
    amount = models.TextField()
    fee = models.TextField()
    net = models.TextField()
    happened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    payout = models.ForeignKey(
        Payout,
        null=True,
        blank=True,
        related_name="unread",
        on_delete=models.PROTECT,  # said by Stripe
    )

    objects = UnreadRows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["happened_at"], name="donations_unread_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=UnreadWhat.values),
                name="donations_unread_what_known",
                violation_error_message=_("Stripe has no such list."),
            ),
        ]

    def __str__(self) -> str:
        return self.object_id

    @property
    def said(self) -> str:
        """Why, in the reader's language."""
        return in_words(self.why)
