"""Moving the public figures: daily at most, and a fund's figure in one currency only with five gifts that hide another.

Whoever reads the public pages every day then never sees the amount of one gift. What a figure stood at when a month
ended is kept beside it: the months tell nothing that one who watched the figure did not see.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from donations.funds.models import (
    Fund,
    PublicFigure,
    PublicFigureMonth,
    PublicSpending,
    PublicSpendingMonth,
)
from donations.ledger.hiding import gifts_hidden
from donations.ledger.models import Transaction
from donations.ledger.queries import booked, spent_by_month

GIFTS_BEFORE_A_MOVE = 5


@transaction.atomic
def publish_totals(*, at: datetime) -> int:
    """Move the public figures that may move; return how many did. Running it again the same day changes nothing."""
    funds = list(Fund.objects.select_for_update().order_by("pk"))
    return _publish_raised(funds, at.date()) + _publish_spending(funds, at.date())


def _publish_raised(funds: list[Fund], today: date) -> int:
    known = {(figure.fund_id, figure.currency): figure for figure in PublicFigure.objects.all()}
    due = {
        key: gifts
        for key, gifts in gifts_hidden(funds).items()
        if gifts >= GIFTS_BEFORE_A_MOVE and not (key in known and known[key].moved_on >= today)
    }
    if not due:
        return 0
    live = booked([fund for fund in funds if any(fund.pk == pk for pk, _currency in due)])
    # read after the sums: what arrives meanwhile is in none of them, and at worst counts for nothing later
    upto = Transaction.objects.aggregate(last=Max("pk"))["last"]
    for (pk, currency), gifts in due.items():
        raised = next(
            row["gross"] - row["refunded"] - row["disputed"] for row in live[pk] if row["currency"] == currency
        )
        before = known[pk, currency].gifts if (pk, currency) in known else 0
        PublicFigure.objects.update_or_create(
            fund_id=pk,
            currency=currency,
            defaults={"raised_minor": raised, "gifts": before + gifts, "upto": upto, "moved_on": today},
        )
        PublicFigureMonth.objects.update_or_create(
            fund_id=pk, currency=currency, month=today.replace(day=1), defaults={"raised_minor": raised}
        )
    return len(due)


def _publish_spending(funds: list[Fund], today: date) -> int:
    """What was spent is nobody's secret, but it too moves once a day."""
    moved_on = {(row.fund_id, row.category, row.currency): row.moved_on for row in PublicSpending.objects.all()}
    shown: dict[tuple[str, str, str], dict[date, int]] = {}
    for row in PublicSpendingMonth.objects.all():
        shown.setdefault((row.fund_id, row.category, row.currency), {})[row.month] = row.spent_minor
    moved = 0
    for key, months in spent_by_month(funds).items():
        if key in moved_on and (moved_on[key] >= today or shown.get(key) == months):
            continue
        names: dict[str, Any] = dict(zip(("fund_id", "category", "currency"), key, strict=True))
        PublicSpending.objects.update_or_create(
            **names, defaults={"spent_minor": sum(months.values()), "moved_on": today}
        )
        PublicSpendingMonth.objects.filter(**names).exclude(month__in=months).delete()
        for month, minor in months.items():
            if shown.get(key, {}).get(month) != minor:
                PublicSpendingMonth.objects.update_or_create(**names, month=month, defaults={"spent_minor": minor})
        moved += 1
    return moved


def publish_totals_now() -> None:
    """Do it for today: what the schedule calls."""
    publish_totals(at=timezone.now())
