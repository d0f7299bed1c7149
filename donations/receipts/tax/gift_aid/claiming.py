"""Claiming: which gifts are covered and not claimed yet, and what went back after it was claimed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.ledger.models import TAKEN
from donations.ledger.queries import posted
from donations.receipts.issuing import standing, standings
from donations.receipts.models import Issuer, ReceiptWish
from donations.receipts.tax.gift_aid.declaring import CURRENCY
from donations.receipts.tax.gift_aid.models import GiftAidClaim, GiftAidDeclaration, GiftAidLine, GiftAidLineKind
from kernel import audit
from kernel.money import Money
from kernel.states import Refusal

MOST = 1000  # rows in one file
FOUR_YEARS = timedelta(days=4 * 365)  # a little less than HMRC allows: never more


@dataclass(frozen=True, slots=True)
class Ready:
    """A gift that can be claimed, or what of a claimed one has to be taken back; `pence` of the gift, not the tax."""

    donation: Donation
    declaration: GiftAidDeclaration
    pence: int


def ready(issuer: Issuer, *, at: datetime) -> list[Ready]:
    """Return the gifts that a claim would name now, oldest first, net of what went back; at most what a file takes."""
    found: list[Ready] = []
    covered = list(_covered(issuer, at))
    for start in range(0, len(covered), MOST):
        few = covered[start : start + MOST]
        left = standings((donation.pk for donation, _declaration in few), CURRENCY)
        found += [Ready(donation, by, left[donation.pk].minor) for donation, by in few if donation.pk in left]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _covered(issuer: Issuer, at: datetime) -> Iterator[tuple[Donation, GiftAidDeclaration]]:
    declared = GiftAidDeclaration.objects.filter(issuer=issuer, canceled_at=None).exclude(sealed=b"")
    live = list(declared.order_by("declared_at"))
    by_gift = {one.donation_id: one for one in live}
    by_donor = {bytes(one.blind_email): one for one in live if one.enduring and one.blind_email}
    wishes = ReceiptWish.objects.filter(blind_email__in=list(by_donor)).values_list("donation", "blind_email")
    blinds = {donation: bytes(blind) for donation, blind in wishes}
    gifts = Donation.objects.filter(
        Q(pk__in=list(by_gift)) | Q(pk__in=list(blinds)),
        currency=CURRENCY,
        status=DonationStatus.PAID,
        paid_at__gte=at - FOUR_YEARS,
    ).exclude(gift_aid_lines__kind=GiftAidLineKind.GIFT)
    for gift in gifts.order_by("paid_at", "pk").iterator():
        declaration = by_gift.get(gift.pk) or by_donor[blinds[gift.pk]]
        if gift.paid_at and gift.paid_at >= declaration.declared_at - FOUR_YEARS:
            yield gift, declaration


def taken_back(issuer: Issuer) -> list[Ready]:
    """Return what went back to donors since it was claimed, and stands in no claim yet."""
    found = []
    went_back = posted().filter(account__purpose__in=TAKEN)
    claimed = GiftAidLine.objects.filter(
        claim__issuer=issuer, kind=GiftAidLineKind.GIFT, donation__in=went_back.values("transaction__subject")
    )
    for line in claimed.select_related("donation", "declaration").order_by("pk").iterator():
        told = GiftAidLine.objects.filter(donation=line.donation_id, kind=GiftAidLineKind.ADJUSTMENT)
        already = told.aggregate(total=Sum("pence"))["total"] or 0
        over = line.pence - standing(line.donation).minor - already
        if over > 0:
            found.append(Ready(line.donation, line.declaration, over))
    return found


@transaction.atomic
def make_claim(*, issuer: Issuer, by: str, at: datetime) -> GiftAidClaim:
    """Write a claim of all that is ready, each gift once, with what has to be taken back of earlier ones.

    Raises Refusal `nothing_to_claim`.
    """
    Issuer.objects.select_for_update().get(pk=issuer.pk)
    gifts, back = ready(issuer, at=at), taken_back(issuer)
    if not gifts and not back:
        raise Refusal("nothing_to_claim", _("There is nothing to claim and nothing to take back."))
    claim = GiftAidClaim.objects.create(issuer=issuer, made_by=by, made_at=at)
    GiftAidLine.objects.bulk_create(
        GiftAidLine(claim=claim, donation=one.donation, declaration=one.declaration, kind=kind, pence=one.pence)
        for kind, ones in ((GiftAidLineKind.GIFT, gifts), (GiftAidLineKind.ADJUSTMENT, back))
        for one in ones
    )
    audit.record(by, "gift_aid.claimed", claim.pk, at=at)
    return claim


def tax_on(amount: Money) -> Money:
    """Return the tax on gifts at the basic rate of 20 %: a quarter of what was given, rounded down to the penny."""
    return Money(amount.minor // 4, amount.currency)


def total_of(claim: GiftAidClaim, kind: str) -> Money:
    """Return what a claim says was given (`gift`) or went back (`adjustment`)."""
    return Money(claim.lines.filter(kind=kind).aggregate(total=Sum("pence"))["total"] or 0, CURRENCY)
