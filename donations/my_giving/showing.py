"""What a donor is shown: their gifts with what became of them, and the papers of each."""

from dataclasses import dataclass
from datetime import datetime

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.giving.status import Shown, shown
from donations.my_giving.visiting import Visit
from donations.receipts.models import Receipt
from donations.receipts.summaries.models import Summary

# what was begun and never paid is no gift; a bank's late refusal is worth knowing
TOLD = (DonationStatus.PAID, DonationStatus.PROCESSING, DonationStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Gift:
    """One gift as its donor sees it: its state and figures, what for, when, and its papers in the order of issue."""

    shown: Shown
    funds: list[str]
    on: datetime
    papers: list[Receipt]


def gifts_of(visit: Visit) -> list[Donation]:
    """Return the gifts of a visit that are told of, newest first."""
    known = [wish.donation_id for wish in visit.wishes()]
    return list(Donation.objects.filter(pk__in=known, status__in=TOLD).order_by("-created_at", "-pk"))


def told(gifts: list[Donation]) -> list[Gift]:
    """Return gifts with all that is told of them, in the same order; three queries for all of them."""
    funds: dict[str, list[str]] = {one.pk: [] for one in gifts}
    papers: dict[str, list[Receipt]] = {one.pk: [] for one in gifts}
    for gift in Donation.objects.filter(pk__in=funds).prefetch_related("allocations__fund"):
        funds[gift.pk] = [part.fund.shown_name for part in gift.allocations.all()]
    for paper in Receipt.objects.filter(donation__in=papers).select_related("issuer"):
        papers[paper.donation_id].append(paper)
    return [
        Gift(one, funds[one.donation.pk], one.donation.paid_at or one.donation.created_at, papers[one.donation.pk])
        for one in shown(gifts)
    ]


def summaries_of(visit: Visit) -> list[Summary]:
    """Return the summaries of years that were written for a mailbox, newest first.

    A summary goes by the blind index: none where that holds what somebody else gave.
    """
    if not visit.alone():
        return []
    known = Summary.objects.filter(wish__in=[wish.pk for wish in visit.wishes()])
    return list(known.select_related("run", "wish").order_by("-run__year", "-created_at"))


def paper_of(visit: Visit, reference: str) -> Receipt | Summary | None:
    """Return a receipt or a summary that is the donor's own; None for any other."""
    summary = next((one for one in summaries_of(visit) if one.pk == reference), None)
    known = Receipt.objects.select_related("issuer", "terms", "corrects__issuer", "donation")
    mine = [wish.donation_id for wish in visit.wishes()]
    return summary or known.filter(reference=reference, donation__in=mine).first()
