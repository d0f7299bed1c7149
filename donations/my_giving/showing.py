"""What a donor is shown: their gifts with what became of them, the papers of each, and what comes again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.giving.status import Shown, shown
from donations.my_giving.visiting import Visit
from donations.receipts.models import Receipt
from donations.receipts.summaries.models import Summary
from donations.recurring.models import RecurringGift
from donations.recurring.states import RecurringStatus

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
    """Return the gifts of a visit that are told of, newest first, with every instalment of what comes again."""
    dated = _all_of(visit).filter(status__in=TOLD).annotate(given_at=Coalesce("paid_at", "created_at"))
    return list(dated.order_by("-given_at", "-pk"))


def _all_of(visit: Visit) -> "QuerySet[Donation]":
    known = visit.traces
    return Donation.objects.filter(
        Q(pk__in=[one.donation for one in known if one.donation])
        | Q(recurring__in=[one.recurring for one in known if one.recurring])
    )


def recurring_of(visit: Visit) -> list[RecurringGift]:
    """Return the recurring gifts of a visit that began, those that ended last, newest first."""
    known = [one.recurring for one in visit.traces if one.recurring]
    begun = RecurringGift.objects.filter(pk__in=known, stripe_subscription__isnull=False)
    rows = begun.prefetch_related("shares__fund").order_by("-created_at", "-pk")
    return sorted(rows, key=lambda gift: gift.status == RecurringStatus.CANCELED)


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
    """Return the summaries of years that were sent to a mailbox, newest first.

    An instalment of a gift that is theirs may have been receipted to somebody else, whose summary is not theirs.
    """
    known = Summary.objects.filter(wish__donation__in=[one.donation for one in visit.traces if one.donation])
    return list(known.select_related("run", "wish").order_by("-run__year", "-created_at"))


def paper_of(visit: Visit, reference: str) -> Receipt | Summary | None:
    """Return a receipt or a summary that is the donor's own; None for any other."""
    summary = next((one for one in summaries_of(visit) if one.pk == reference), None)
    known = Receipt.objects.select_related("issuer", "terms", "corrects__issuer", "donation")
    return summary or known.filter(reference=reference, donation__in=_all_of(visit)).first()
