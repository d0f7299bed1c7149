"""A donation and what belongs to it. Nothing here says who the donor is."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from donations.giving.states import DONATION_MOVES, UNFINISHED, DonationStatus
from donations.giving.writing import write_each
from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.money import Money


class DonationQuerySet(models.QuerySet["Donation"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "DonationQuerySet":
        """All for the operator; for a partner those its own clients started."""
        return self.all() if organisation.is_operator else self.filter(organisation=organisation)

    def unfinished(self) -> "DonationQuerySet":
        """Those that may still be paid."""
        return self.filter(status__in=UNFINISHED)

    def write_each(
        self, rows: Mapping[str, Mapping[str, Any]], *, same: Mapping[str, Any], among: Collection[str]
    ) -> int:
        """Write values by column by id, and the `same` for all, where the status is still `among` these. See there."""
        return write_each(self.model, rows, same=same, among=among)

    def mismatched(self) -> "DonationQuerySet":
        """Those where what Stripe said does not agree with what we asked: for a finance officer to look at."""
        return self.exclude(mismatch="")


class Donation(models.Model):
    """One payment by a donor. `amount` is what was asked, `fee_cover` what the donor adds for the fee, `total` both."""

    id = PublicIdField(prefix="dn")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        related_name="donations",
        on_delete=models.PROTECT,  # who started a payment stays known; none: our own page
    )
    started_by = models.CharField(max_length=80)  # the opaque actor: client:…, or page; system: it came by itself
    recurring = models.ForeignKey(
        "donations.RecurringGift",
        null=True,
        blank=True,
        related_name="donations",
        on_delete=models.PROTECT,  # an instalment stays one
    )
    amount_minor = models.BigIntegerField()
    fee_cover_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    anonymous = models.BooleanField(default=True)
    cover_fee = models.BooleanField(default=False)
    wants_receipt = models.BooleanField(default=False)  # stays when the donor is forgotten: what corrects is issued
    language = models.CharField(max_length=5, default="en")
    status = models.CharField(max_length=10, choices=DonationStatus.choices, default=DonationStatus.PENDING)
    livemode = models.BooleanField()  # of the key it is paid with
    return_url = models.URLField(max_length=500)  # where the donor comes back to; from an allow-list
    idempotency_key = models.CharField(max_length=40, unique=True)
    checkout_session = models.CharField(max_length=255, unique=True, null=True, blank=True)
    checkout_url = models.URLField(max_length=2000, blank=True, default="")
    checkout_expires_at = models.DateTimeField(null=True, blank=True)
    payment_intent = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_invoice = models.CharField(max_length=255, unique=True, null=True, blank=True)  # of an instalment
    lease_until = models.DateTimeField(null=True, blank=True)  # someone is opening the page until then
    checked_at = models.DateTimeField(null=True, blank=True)  # when Stripe was last asked about it
    mismatch = models.CharField(max_length=80, blank=True, default="")  # codes, comma-separated: what did not agree
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    objects = DonationQuerySet.as_manager()
    moves = DONATION_MOVES

    class Meta:
        indexes = [
            models.Index(fields=["status", "created_at"], name="donations_by_status"),
            models.Index(fields=["-created_at"], name="donations_newest_first"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("amount_minor") + F("fee_cover_minor")),
                name="donations_total_is_amount_and_cover",
                violation_error_message=_("What is paid is the amount and what covers the fee."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, fee_cover_minor__gte=0),
                name="donations_amount_positive",
                violation_error_message=_("A gift is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(cover_fee=True) | Q(fee_cover_minor=0),
                name="donations_cover_only_if_wanted",
                violation_error_message=_("The fee is covered only by those who said so."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=DonationStatus.values),
                name="donations_status_known",
                violation_error_message=_("This is not a state a donation can be in."),
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_at__isnull=False, payment_intent__isnull=False),
                name="donations_paid_says_when",
                violation_error_message=_("A paid donation says when, and by which payment."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What was asked."""
        return Money(self.amount_minor, self.currency)

    @property
    def fee_cover(self) -> Money:
        """What the donor adds for the fee."""
        return Money(self.fee_cover_minor, self.currency)

    @property
    def total(self) -> Money:
        """What is paid."""
        return Money(self.total_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        self.history_row(old=old, new=new, by=by, at=at, why=why).save(force_insert=True)

    def history_row(self, *, old: str, new: str, by: str, at: datetime, why: str = "") -> "DonationMove":
        """Return that row, not yet written."""
        return DonationMove(donation_id=self.pk, old=old, new=new, by=by, at=at, why=why)


class DonationMove(models.Model):
    """One change of state of a donation."""

    written_once = True
    goes_with_its_draft = True  # a gift that was never paid goes with its history

    donation = models.ForeignKey(Donation, related_name="history", on_delete=models.PROTECT)  # kept with its donation
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.donation_id}: {self.old} → {self.new}"


class Allocation(models.Model):
    """The part of a donation that goes to one fund. The parts sum to the total."""

    donation = models.ForeignKey(
        Donation, related_name="allocations", on_delete=models.PROTECT
    )  # kept with its donation
    fund = models.ForeignKey(Fund, related_name="allocations", on_delete=models.PROTECT)  # a gift was for something
    share = models.PositiveIntegerField()  # whole-number weight, as asked
    minor = models.BigIntegerField()  # of the total

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["donation", "fund"],
                name="donations_allocation_once",
                violation_error_message=_("Name each fund once."),
            ),
            models.CheckConstraint(
                condition=Q(share__gte=1, minor__gte=0),
                name="donations_allocation_positive",
                violation_error_message=_("A share is a whole number above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.donation_id} → {self.fund_id}"
