"""A recurring gift and what belongs to it. Only its contact says who the donor is, and lies under the server key."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from donations.recurring.states import LIVING, RECURRING_MOVES, GiftInterval, NoticeKind, RecurringStatus, Wish
from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money


class RecurringGiftQuerySet(models.QuerySet["RecurringGift"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "RecurringGiftQuerySet":
        """All for the operator; for a partner those its own clients started."""
        return self.all() if organisation.is_operator else self.filter(organisation=organisation)

    def living(self) -> "RecurringGiftQuerySet":
        """Those that have begun and not ended."""
        return self.filter(status__in=LIVING)

    def mismatched(self) -> "RecurringGiftQuerySet":
        """Those of which Stripe says something else than was asked here: for a finance officer to look at."""
        return self.exclude(mismatch="")


class RecurringGift(models.Model):
    """A standing gift. `amount` is what each instalment is, `fee_cover` what is added for the fee, `total` both."""

    id = PublicIdField(prefix="rd")
    organisation = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        related_name="recurring_gifts",
        on_delete=models.PROTECT,  # who started it stays known; none: our own page
    )
    started_by = models.CharField(max_length=80)  # the opaque actor: client:…, or page
    interval = models.CharField(max_length=5, choices=GiftInterval)
    amount_minor = models.BigIntegerField()
    fee_cover_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    anonymous = models.BooleanField(default=True)
    cover_fee = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="en")
    livemode = models.BooleanField()
    status = models.CharField(max_length=8, choices=RecurringStatus, default=RecurringStatus.PENDING)
    stripe_subscription = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_customer = models.CharField(max_length=255, unique=True, null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)  # when the next instalment is due
    ends_at = models.DateTimeField(null=True, blank=True)  # when it will end by itself, asked for in Stripe's portal
    card_expires_on = models.DateField(null=True, blank=True)  # the last day of the card's month
    facts_at = models.DateTimeField(null=True, blank=True)  # when Stripe was asked for what was applied last
    checked_at = models.DateTimeField(null=True, blank=True)  # when the sweep asked last
    lease_until = models.DateTimeField(null=True, blank=True)  # somebody is carrying out its wishes until then
    mismatch = models.CharField(max_length=80, blank=True, default="")  # codes, comma-separated: what did not agree
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = RecurringGiftQuerySet.as_manager()
    moves = RECURRING_MOVES

    class Meta:
        indexes = [models.Index(fields=["status", "checked_at"], name="donations_recurring_by_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("amount_minor") + F("fee_cover_minor")),
                name="donations_recurring_total",
                violation_error_message=_("What is paid is the amount and what covers the fee."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, fee_cover_minor__gte=0, currency__in=CURRENCIES),
                name="donations_recurring_positive",
                violation_error_message=_("A gift is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=RecurringStatus.values, interval__in=GiftInterval.values),
                name="donations_recurring_known",
                violation_error_message=_("This is not a state or interval a recurring gift can have."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=LIVING) | Q(stripe_subscription__isnull=False),
                name="donations_recurring_living_at_stripe",
                violation_error_message=_("A recurring gift that has begun names its subscription."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What each instalment is from now on."""
        return Money(self.amount_minor, self.currency)

    @property
    def total(self) -> Money:
        """What is paid each time."""
        return Money(self.total_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        RecurringMove.objects.create(recurring=self, old=old, new=new, by=by, at=at, why=why)


class RecurringMove(models.Model):
    """One change of state of a recurring gift."""

    written_once = True
    goes_with_its_draft = True  # one that never began goes with its history

    recurring = models.ForeignKey(RecurringGift, related_name="history", on_delete=models.PROTECT)  # kept with its gift
    old = models.CharField(max_length=8, blank=True, default="")
    new = models.CharField(max_length=8)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.recurring_id}: {self.old} → {self.new}"


class RecurringShare(models.Model):
    """For what each instalment is given: a fund, and a whole-number weight."""

    recurring = models.ForeignKey(RecurringGift, related_name="shares", on_delete=models.PROTECT)  # kept with its gift
    fund = models.ForeignKey(Fund, related_name="recurring_shares", on_delete=models.PROTECT)  # a gift is for something
    share = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recurring", "fund"],
                name="donations_recurring_fund_once",
                violation_error_message=_("Name each fund once."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id} → {self.fund_id}"


class RecurringAmount(models.Model):
    """An amount that was asked for, the first and every later one: an instalment of any other is not booked."""

    written_once = True
    goes_with_its_draft = True  # one that never began goes with its history

    recurring = models.ForeignKey(RecurringGift, related_name="amounts", on_delete=models.PROTECT)  # kept with its gift
    amount_minor = models.BigIntegerField()
    fee_cover_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("amount_minor") + F("fee_cover_minor"), amount_minor__gt=0),
                name="donations_recurring_amount_total",
                violation_error_message=_("What is paid is the amount and what covers the fee."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id}: {self.total_minor}"


class RecurringWish(models.Model):
    """Something to be asked of Stripe: written first, asked in order, done once Stripe has done it or refused."""

    recurring = models.ForeignKey(RecurringGift, related_name="wishes", on_delete=models.PROTECT)  # kept with its gift
    kind = models.CharField(max_length=6, choices=Wish)
    amount = models.ForeignKey(
        RecurringAmount,
        null=True,
        blank=True,
        related_name="wishes",
        on_delete=models.PROTECT,  # what was asked
    )
    by = models.CharField(max_length=80)
    idempotency_key = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=40, blank=True, default="")  # Stripe's code, where it refused

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["asked_at"], condition=Q(done_at=None), name="donations_wishes_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=Wish.values),
                name="donations_wish_known",
                violation_error_message=_("This cannot be asked."),
            ),
            models.CheckConstraint(
                condition=Q(kind="amount", amount__isnull=False) | ~Q(kind="amount") & Q(amount=None),
                name="donations_wish_names_its_amount",
                violation_error_message=_("A new amount is named, and nothing else is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id}: {self.kind}"


class RecurringContact(models.Model):
    """Where the donor of a recurring gift is written to: the address lies under the server key.

    Written once and deleted whole; the one change is the server key's.
    """

    id = PublicIdField(prefix="rk")
    recurring = models.OneToOneField(
        RecurringGift, related_name="contact", on_delete=models.CASCADE
    )  # one that never began takes it along
    sealed = models.BinaryField()
    blind_email = models.BinaryField(max_length=32, db_index=True)
    language = models.CharField(max_length=5)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.pk


class RecurringNotice(models.Model):
    """That the donor is told something, once: about an invoice, a card's last month, or the gift itself."""

    recurring = models.ForeignKey(
        RecurringGift, related_name="notices", on_delete=models.CASCADE
    )  # goes with a gift that never began
    kind = models.CharField(max_length=13, choices=NoticeKind)
    about = models.CharField(max_length=255, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recurring", "kind", "about"],
                name="donations_notice_once",
                violation_error_message=_("This was told already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.recurring_id}: {self.kind}"
