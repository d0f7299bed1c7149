"""How many gifts hide one another in what a public figure would move by.

A gift hides others only if it is wholly inside this one figure and this one move. One that was shared by funds, or of
which anything was taken back, or that was corrected, moves the figure and is not counted: two figures or two days that
hold the same gift could be subtracted from each other. So each move holds at least so many gifts that stand in no other
move of any figure, each with its whole amount: whatever is added to or taken from whatever, they stay together.

What a campaign collected stands in its own figure too. It is found among the transfers of partners, or among the gifts
past Stripe of a fund for which a group that is no partner collects, sooner or later: neither hides anything.
"""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from donations.funds.models import Fund, PublicFigure
from donations.ledger.models import INCOME, RECEIVED, Posting, Transaction, TransactionKind
from donations.ledger.queries import posted


def gifts_hidden(funds: Iterable[Fund]) -> dict[tuple[str, str], int]:
    """Return how many such gifts came since the public figure last moved, by (fund id, currency). One query."""
    moved = PublicFigure.objects.filter(fund=OuterRef("account__fund"), currency=OuterRef("currency"))
    elsewhere = Posting.objects.filter(transaction=OuterRef("transaction"), account__purpose__in=INCOME).exclude(
        account__fund=OuterRef("account__fund")
    )
    later = Transaction.objects.filter(subject=OuterRef("transaction__subject"), posted=True).exclude(kind__in=RECEIVED)
    collected_for = Fund.objects.filter(
        pk=OuterRef("account__fund"), campaigns__partner=None, campaigns__signed_at__isnull=False
    )
    rows = (
        posted()
        .filter(
            ~Exists(elsewhere),
            ~Exists(later),
            ~Q(Exists(collected_for), transaction__kind=TransactionKind.OFFLINE_GIFT),
            account__fund__in=[fund.pk for fund in funds],
            account__purpose__in=INCOME,
            transaction__kind__in=(TransactionKind.GIFT, TransactionKind.OFFLINE_GIFT),
        )
        .annotate(upto=Coalesce(Subquery(moved.values("upto")), 0))
        .filter(transaction__gt=F("upto"))
        .order_by()
        .values("account__fund", "currency")
        .annotate(gifts=Count("transaction", distinct=True))
    )
    return {(row["account__fund"], row["currency"]): row["gifts"] for row in rows}
