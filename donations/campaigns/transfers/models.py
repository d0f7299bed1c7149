"""A transfer that a campaign announces, and the gift past Stripe by which it arrived."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.campaigns.models import Campaign
from donations.offline.models import OfflineGift, OfflineStatus
from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves

REFERENCE = r"[A-Z0-9][A-Z0-9-]{2,19}"  # what the bank's statement will say; no room for a name


class TransferStatus(models.TextChoices):
    ANNOUNCED = "announced", _("announced")
    RECEIVED = "received", _("received")  # a gift past Stripe is named, which is in the books
    DROPPED = "dropped", _("dropped")  # it was a mistake


TRANSFER_MOVES = Moves({"announced": ("received", "dropped"), "received": ("announced",)})


class TransferQuerySet(models.QuerySet["CampaignTransfer"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "TransferQuerySet":
        """Those of a partner's own campaigns; for the operator, all of them."""
        return self if organisation.is_operator else self.filter(campaign__partner=organisation)


class CampaignTransfer(models.Model):
    """What a campaign says it has sent. Only what `gift` says has arrived."""

    id = PublicIdField(prefix="ct")
    campaign = models.ForeignKey(Campaign, related_name="transfers", on_delete=models.PROTECT)  # stays answerable
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sent_on = models.DateField()
    reference = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=TransferStatus, default=TransferStatus.ANNOUNCED)
    gift = models.OneToOneField(
        OfflineGift,
        null=True,
        blank=True,
        related_name="transfer",
        on_delete=models.PROTECT,  # money that arrived is a record
    )
    announced_by = models.CharField(max_length=80)  # opaque actor
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    moves = TRANSFER_MOVES
    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, currency__in=CURRENCIES),
                name="donations_transfer_positive",
                violation_error_message=_("A transfer is more than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(status="received", gift__isnull=False)
                | Q(status__in=("announced", "dropped"), gift__isnull=True),
                name="donations_transfer_received_whole",
                violation_error_message=_("What was received names the gift by which it came, and nothing else does."),
            ),
            models.UniqueConstraint(
                fields=["campaign", "reference"],
                condition=~Q(status="dropped"),
                name="donations_transfer_reference_once",
                violation_error_message=_("This campaign has announced a transfer with this reference."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def amount(self) -> Money:
        """What is said to have been sent."""
        return Money(self.amount_minor, self.currency)

    @property
    def received(self) -> Money | None:
        """What arrived and is booked, if it did."""
        return self.gift.amount if self.gift and self.gift.status == OfflineStatus.BOOKED else None

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        TransferMove.objects.create(transfer=self, old=old, new=new, by=by, at=at, why=why)


class TransferMove(models.Model):
    """One change of state of a transfer; `why` holds the id of the gift that was named."""

    written_once = True

    transfer = models.ForeignKey(CampaignTransfer, related_name="history", on_delete=models.PROTECT)  # kept with it
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.transfer_id}: {self.old} → {self.new}"


class CampaignFigure(models.Model):
    """What the public is told reached us from a campaign in one currency: it moves as rarely as a fund's figure."""

    campaign = models.ForeignKey(
        Campaign, related_name="figures", on_delete=models.CASCADE
    )  # a figure is nothing without its campaign
    currency = models.CharField(max_length=3)
    received_minor = models.BigIntegerField()
    gifts = models.PositiveIntegerField()  # transfers ever booked when it last moved; never shown
    moved_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "currency"],
                name="donations_campaignfigure_once",
                violation_error_message=_("There is a public figure for this campaign and currency."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.currency}"

    @property
    def received(self) -> Money:
        """What reached us."""
        return Money(self.received_minor, self.currency)
