"""Moving the public figures: daily at most, and a fund's figure in one currency only after five gifts in it.

Whoever reads the public page every day then never sees the amount of one gift.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donations.funds.models import Fund, PublicFigure, PublicSpending
from donations.ledger.queries import booked, gifts_counted, spent

GIFTS_BEFORE_A_MOVE = 5


@transaction.atomic
def publish_totals(*, at: datetime) -> int:
    """Move the public figures that may move; return how many did. Running it again the same day changes nothing."""
    funds = list(Fund.objects.select_for_update().order_by("pk"))
    counted, live = gifts_counted(funds), booked(funds)
    known = {(figure.fund_id, figure.currency): figure for figure in PublicFigure.objects.all()}
    moved = 0
    for fund in funds:
        for row in live[fund.pk]:
            key = (fund.pk, row["currency"])
            figure, gifts = known.get(key), counted.get(key, 0)
            if gifts - (figure.gifts if figure else 0) < GIFTS_BEFORE_A_MOVE:
                continue
            if figure and figure.moved_on >= at.date():
                continue
            raised = row["gross"] - row["refunded"] - row["disputed"]
            PublicFigure.objects.update_or_create(
                fund=fund,
                currency=row["currency"],
                defaults={"raised_minor": raised, "gifts": gifts, "moved_on": at.date()},
            )
            moved += 1
    return moved + _publish_spending(funds, at)


def _publish_spending(funds: list[Fund], at: datetime) -> int:
    """What was spent is nobody's secret, but it too moves once a day."""
    known = {(row.fund_id, row.category, row.currency): row for row in PublicSpending.objects.all()}
    moved = 0
    for fund_id, rows in spent(funds).items():
        for category, amount in rows:
            figure = known.get((fund_id, category, amount.currency))
            if figure and (figure.moved_on >= at.date() or figure.spent_minor == amount.minor):
                continue
            PublicSpending.objects.update_or_create(
                fund_id=fund_id,
                category=category,
                currency=amount.currency,
                defaults={"spent_minor": amount.minor, "moved_on": at.date()},
            )
            moved += 1
    return moved


def publish_totals_now() -> None:
    """Do it for today: what the schedule calls."""
    publish_totals(at=timezone.now())
