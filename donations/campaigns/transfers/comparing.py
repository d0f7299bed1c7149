"""What campaigns announced against what arrived, and the part of it that the public is told."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from donations.campaigns.models import Campaign
from donations.campaigns.transfers.models import CampaignFigure, CampaignTransfer, TransferStatus
from donations.ledger.models import INCOME, RECEIVED
from donations.ledger.publishing import GIFTS_BEFORE_A_MOVE
from donations.ledger.queries import posted
from donations.offline.models import OfflineStatus
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class Compared:
    """A campaign's transfers in one currency. Below zero, `missing` says that more came than was announced."""

    announced: Money
    received: Money

    @property
    def missing(self) -> Money:
        """What is announced and has not arrived."""
        return self.announced - self.received


def compare(campaigns: Iterable[Campaign]) -> dict[str, list[Compared]]:
    """Return, by campaign id, a line per currency, sorted by code. What arrived is read from the ledger."""
    ids = [campaign.pk for campaign in campaigns]
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    said = CampaignTransfer.objects.filter(campaign__in=ids).exclude(status=TransferStatus.DROPPED)
    for row in said.values("campaign", "currency").annotate(total=Sum("amount_minor")).order_by():
        sums[row["campaign"], row["currency"]][0] = row["total"]
    for key, (minor, _gifts) in _arrived(ids).items():
        sums[key][1] = minor
    found: dict[str, list[Compared]] = {pk: [] for pk in ids}
    for (pk, currency), (announced, received) in sorted(sums.items()):
        found[pk].append(Compared(Money(announced, currency), Money(received, currency)))
    return found


@transaction.atomic
def publish_campaigns(*, at: datetime) -> int:
    """Move the public figures of campaigns that may move, by the rule of the funds' figures; return how many did."""
    campaigns = list(Campaign.objects.signed().select_for_update().order_by("pk"))
    known = {(figure.campaign_id, figure.currency): figure for figure in CampaignFigure.objects.all()}
    moved = 0
    for (pk, currency), (minor, gifts) in _arrived([campaign.pk for campaign in campaigns]).items():
        figure = known.get((pk, currency))
        if gifts - (figure.gifts if figure else 0) < GIFTS_BEFORE_A_MOVE or (figure and figure.moved_on >= at.date()):
            continue
        values = {"received_minor": minor, "gifts": gifts, "moved_on": at.date()}
        CampaignFigure.objects.update_or_create(campaign_id=pk, currency=currency, defaults=values)
        moved += 1
    return moved


def publish_campaigns_now() -> None:
    """Do it for today: what the schedule calls."""
    publish_campaigns(at=timezone.now())


def _arrived(ids: list[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """What the ledger holds of the gifts that transfers name, by (campaign id, currency); and how many of them came and
    were not taken back: the others hide nothing."""
    named = CampaignTransfer.objects.filter(campaign__in=ids).exclude(gift=None)
    campaign_of = dict(named.values_list("gift", "campaign"))
    stand = set(named.filter(gift__status=OfflineStatus.BOOKED).values_list("gift", flat=True))
    rows = (
        posted()
        .filter(transaction__subject__in=list(campaign_of), account__purpose__in=INCOME)
        .values("transaction__subject", "currency")
        .annotate(
            total=Sum("minor"),
            gifts=Count("transaction", distinct=True, filter=Q(transaction__kind__in=RECEIVED)),
        )
        .order_by("transaction__subject", "currency")
    )
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        key = (campaign_of[row["transaction__subject"]], row["currency"])
        minor, gifts = sums.get(key, (0, 0))
        sums[key] = (minor - row["total"], gifts + row["gifts"] * (row["transaction__subject"] in stand))
    return sums
