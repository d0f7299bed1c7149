"""Gift Aid as one of the tax schemes."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.receipts.models import Issuer
from donations.receipts.tax.gift_aid.claiming import make_claim, ready, taken_back, tax_on, total_of
from donations.receipts.tax.gift_aid.declaring import CURRENCY
from donations.receipts.tax.gift_aid.models import GiftAidClaim, GiftAidLineKind
from donations.receipts.tax.gift_aid.schedule import schedule
from donations.receipts.tax.schemes import Claimed, File, Waiting
from kernel import audit
from kernel.money import Money

CODE = "gift_aid"


def _claims(issuer: Issuer) -> "QuerySet[GiftAidClaim]":
    return GiftAidClaim.objects.filter(issuer=issuer)


class GiftAid:
    """See `donations.receipts.tax.schemes.TaxScheme`."""

    code = CODE
    label: "str | Promise" = _("Gift Aid (United Kingdom)")

    def may_declare(self, donation: Donation) -> bool:
        """Gifts in pounds that are paid."""
        return donation.currency == CURRENCY and donation.status == DonationStatus.PAID

    def waiting(self, issuer: Issuer, *, at: datetime) -> Waiting:
        """Return what is ready to be claimed."""
        gifts, back = ready(issuer, at=at), taken_back(issuer)
        return Waiting(
            len(gifts),
            Money(sum(one.pence for one in gifts), CURRENCY),
            Money(sum(one.pence for one in back), CURRENCY),
        )

    def claim(self, issuer: Issuer, *, by: str, at: datetime) -> str:
        """Claim it."""
        return make_claim(issuer=issuer, by=by, at=at).pk

    def claims(self, issuer: Issuer) -> list[Claimed]:
        """Return the claims, newest first."""
        return [self._shown(one) for one in _claims(issuer).order_by("-made_at", "pk")]

    def _shown(self, claim: GiftAidClaim) -> Claimed:
        given = total_of(claim, GiftAidLineKind.GIFT)
        return Claimed(
            id=claim.pk,
            made_at=claim.made_at,
            gifts=claim.lines.filter(kind=GiftAidLineKind.GIFT).count(),
            given=given,
            tax=tax_on(given),
            adjustment=tax_on(total_of(claim, GiftAidLineKind.ADJUSTMENT)),
        )

    def file(self, issuer: Issuer, claim_id: str, *, by: str, at: datetime) -> File | None:
        """Return HMRC's schedule as CSV; that it was taken stands in the trail."""
        claim = _claims(issuer).filter(pk=claim_id).first()
        if claim is None:
            return None
        audit.record(by, "gift_aid.downloaded", claim.pk, at=at)
        return File(f"schedule-{claim.made_at:%Y-%m-%d}.csv", "text/csv; charset=utf-8", schedule(claim))
