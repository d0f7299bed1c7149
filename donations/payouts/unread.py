"""Rows of Stripe's lists that cannot be read: kept as they were written, and read again once this version can."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Upper

from donations.gateway import UnreadFacts
from donations.payouts.findings import UNKNOWN_CURRENCY
from donations.payouts.models import Payout, UnreadRow
from kernel.money import CURRENCIES


@transaction.atomic
def keep_unread(rows: Iterable[UnreadFacts], *, at: datetime, payout: Payout | None = None) -> int:
    """Keep what could not be read, each row once; return how many were new. `payout`: the one that holds them."""
    listed = {row.id: row for row in rows}
    known = set(UnreadRow.objects.filter(pk__in=list(listed)).values_list("pk", flat=True))
    UnreadRow.objects.bulk_create(
        [_row(row, payout, at) for row in listed.values() if row.id not in known], ignore_conflicts=True
    )
    if payout:
        UnreadRow.objects.filter(pk__in=list(listed), payout=None).update(payout=payout)
    return len(listed.keys() - known)


def to_read_again() -> datetime | None:
    """Return how far back Stripe is to be listed for what can be read by now; None if there is nothing of the kind.

    That is a row whose currency was not known, and a payout that held such rows and was not listed since.
    """
    standing = UnreadRow.objects.standing()
    known = standing.filter(why=UNKNOWN_CURRENCY).annotate(code=Upper("currency")).filter(code__in=CURRENCIES)
    held = Payout.objects.filter(listed_at=None, unread__isnull=False).exclude(unread__in=standing)
    oldest = (
        known.aggregate(oldest=Min("happened_at"))["oldest"],
        held.aggregate(oldest=Min("created_at"))["oldest"],
    )
    return min((at for at in oldest if at), default=None)


def _row(row: UnreadFacts, payout: Payout | None, at: datetime) -> UnreadRow:
    return UnreadRow(
        object_id=row.id,
        what=row.what,
        why=row.why,
        kind=row.kind[:40],
        category=row.category[:40],
        source=row.source,
        currency=row.currency[:40],
        amount=str(row.amount),
        fee=str(row.fee),
        net=str(row.net),
        happened_at=row.created,
        seen_at=at,
        payout=payout,
    )
