"""A gift that came past Stripe. Nobody is in it: who gave is between them and the bank."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from donations.funds.models import Fund
from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves


class OfflineStatus(models.TextChoices):
    WAITING = "waiting", _("waits for a second person")  # above the limit: nothing is booked yet
    BOOKED = "booked", _("booked")  # in the ledger
    DROPPED = "dropped", _("dropped")  # a second person said no, or the first took it back: it never was in the ledger
    REVERSED = "reversed", _("taken back")  # was booked by mistake; the ledger holds both


OFFLINE_MOVES = Moves({"waiting": ("booked", "dropped"), "booked": ("reversed",)})


class OfflineWay(models.TextChoices):
    BANK = "bank", _("Bank transfer")
    CASH = "cash", _("Cash")
    PARTNER = "partner", _("Transfer of a partner")  # what an organisation collected for a fund and passed on


class OfflineGift(models.Model):
    """One receipt of money past Stripe, for one fund."""

    id = PublicIdField(prefix="og")
    fund = models.ForeignKey(Fund, related_name="offline_gifts", on_delete=models.PROTECT)  # receipts are records
    way = models.CharField(max_length=8, choices=OfflineWay)
    partner = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        related_name="transfers",
        on_delete=models.PROTECT,  # what was passed on stays known
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    status = models.CharField(max_length=10, choices=OfflineStatus)
    asked_by = models.CharField(max_length=80)  # opaque actor
    agreed_by = models.CharField(max_length=80, blank=True, default="")  # the second person, where it took two
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    moves = OFFLINE_MOVES

    class Meta:
        indexes = [models.Index(fields=["-received_on", "-created_at"], name="donations_offline_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES),
                name="donations_offline_positive",
                violation_error_message=_("A gift is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=OfflineStatus.values, way__in=OfflineWay.values),
                name="donations_offline_known",
                violation_error_message=_("This is not a way or a state of such a gift."),
            ),
            models.CheckConstraint(
                condition=Q(way="partner", partner__isnull=False) | ~Q(way="partner") & Q(partner=None),
                name="donations_offline_partner_named",
                violation_error_message=_("A partner's transfer names the partner, and nothing else does."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=F("asked_by")),
                name="donations_offline_two_people",
                violation_error_message=_("A second person agrees."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What arrived."""
        return Money(self.amount_minor, self.currency)

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        OfflineMove.objects.create(gift=self, old=old, new=new, by=by, at=at, why=why)


class OfflineMove(models.Model):
    """One change of state of a gift past Stripe."""

    written_once = True

    gift = models.ForeignKey(OfflineGift, related_name="history", on_delete=models.PROTECT)  # kept with its gift
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.gift_id}: {self.old} → {self.new}"
