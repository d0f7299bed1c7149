"""Declarations, which lie under the server key, and claims, which say gift by gift what was claimed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from donations.giving.models import Donation
from donations.receipts.models import Issuer
from kernel.ids.fields import PublicIdField
from kernel.money import Money


class GiftAidDeclaration(models.Model):
    """A donor's declaration, as HMRC's model has it: for one gift, or for four years back and all that is to come."""

    id = PublicIdField(prefix="ga")
    issuer = models.ForeignKey(Issuer, related_name="declarations", on_delete=models.PROTECT)  # declared to it
    donation = models.OneToOneField(
        Donation,
        related_name="gift_aid_declaration",
        on_delete=models.PROTECT,  # made about a paid gift
    )
    sealed = models.BinaryField()  # title, names, home address; empty once forgotten
    blind_email = models.BinaryField(max_length=32, null=True, blank=True, db_index=True)  # whose other gifts it covers
    enduring = models.BooleanField()
    declared_at = models.DateTimeField(db_index=True)
    canceled_at = models.DateTimeField(null=True, blank=True)  # covers no gift from then on

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(enduring=True) | Q(blind_email=None),
                name="donations_gift_aid_one_gift_says_no_more",
                violation_error_message=_("A declaration for one gift knows of no other."),
            )
        ]

    def __str__(self) -> str:
        return self.pk


class GiftAidClaim(models.Model):
    """One file for HMRC."""

    written_once = True

    id = PublicIdField(prefix="gc")
    issuer = models.ForeignKey(Issuer, related_name="claims", on_delete=models.PROTECT)  # claimed for it
    made_by = models.CharField(max_length=80)  # opaque actor
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.pk


class GiftAidLineKind(models.TextChoices):
    GIFT = "gift", _("claimed")  # a row of the file
    ADJUSTMENT = "adjustment", _("taken back")  # went back to the donor after it was claimed


class GiftAidLine(models.Model):
    """What one claim says of one gift, in pence."""

    written_once = True

    claim = models.ForeignKey(GiftAidClaim, related_name="lines", on_delete=models.PROTECT)  # claims are records
    donation = models.ForeignKey(Donation, related_name="gift_aid_lines", on_delete=models.PROTECT)  # likewise
    declaration = models.ForeignKey(
        GiftAidDeclaration,
        related_name="lines",
        on_delete=models.PROTECT,  # what it was claimed by
    )
    kind = models.CharField(max_length=10, choices=GiftAidLineKind)
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["donation"],
                condition=Q(kind="gift"),
                name="donations_gift_aid_claimed_once",
                violation_error_message=_("This gift was claimed already."),
            ),
            models.UniqueConstraint(
                fields=["claim", "donation", "kind"],
                name="donations_gift_aid_line_once",
                violation_error_message=_("This gift stands in this claim already."),
            ),
            models.CheckConstraint(
                condition=Q(pence__gt=0, kind__in=["gift", "adjustment"]),
                name="donations_gift_aid_line_positive",
                violation_error_message=_("A line of a claim is about more than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}: {self.kind} {self.donation_id}"

    @property
    def amount(self) -> Money:
        """What was given, or went back."""
        return Money(self.pence, "GBP")
