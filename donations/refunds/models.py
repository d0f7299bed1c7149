"""A refund: money sent back to a donor, asked for here or in Stripe's dashboard."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from donations.giving.models import Donation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves


class RefundStatus(models.TextChoices):
    PENDING = "pending", _("on its way")  # asked for; Stripe has not said yet
    SUCCEEDED = "succeeded", _("sent back")  # the donor's bank has it
    FAILED = "failed", _("failed")  # it could not be sent, or came back; the ledger holds it as never sent


REFUND_MOVES = Moves({"pending": ("succeeded", "failed"), "succeeded": ("failed",)})


class RefundReason(models.TextChoices):
    REQUESTED = "requested_by_donor", _("the donor asked for it")
    DUPLICATE = "duplicate", _("given twice by mistake")
    FRAUDULENT = "fraudulent", _("the card was used without its owner")
    MISTAKE = "mistake", _("wrong amount or fund")
    DASHBOARD = "dashboard", _("made in Stripe's dashboard")  # heard of, not asked for here


class Refund(models.Model):
    """`amount` is in the currency of the donation. What it did to the funds is in the ledger."""

    id = PublicIdField(prefix="rf")
    donation = models.ForeignKey(Donation, related_name="refunds", on_delete=models.PROTECT)  # refunds are records
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=20, choices=RefundReason)
    asked_by = models.CharField(max_length=80)  # opaque actor
    takes_two = models.BooleanField(default=False)  # above the limit: not sent until a second person agrees
    agreed_by = models.CharField(max_length=80, blank=True, default="")  # who that was
    agreed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=RefundStatus, default=RefundStatus.PENDING)
    failure = models.CharField(max_length=40, blank=True, default="")  # Stripe's code
    idempotency_key = models.CharField(max_length=40, unique=True)
    stripe_refund = models.CharField(max_length=255, unique=True, null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)  # someone is asking Stripe until then
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    moves = REFUND_MOVES

    class Meta:
        indexes = [models.Index(fields=["status", "created_at"], name="donations_refund_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES),
                name="donations_refund_positive",
                violation_error_message=_("A refund is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=RefundStatus.values),
                name="donations_refund_status_known",
                violation_error_message=_("This is not a state a refund can be in."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=F("asked_by")),
                name="donations_refund_two_people",
                violation_error_message=_("A second person agrees."),
            ),
            models.CheckConstraint(
                condition=Q(takes_two=False) | ~Q(agreed_by="") | Q(stripe_refund=None),
                name="donations_refund_agreed_before_sent",
                violation_error_message=_("Above the limit a refund is sent once a second person agrees."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def waits(self) -> bool:
        """Whether it waits for a second person."""
        return self.takes_two and not self.agreed_by and self.status == RefundStatus.PENDING

    @property
    def amount(self) -> Money:
        """What goes back."""
        return Money(self.amount_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        RefundMove.objects.create(refund=self, old=old, new=new, by=by, at=at, why=why)


class RefundMove(models.Model):
    """One change of state of a refund."""

    written_once = True

    refund = models.ForeignKey(Refund, related_name="history", on_delete=models.PROTECT)  # kept with its refund
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.old} → {self.new}"
