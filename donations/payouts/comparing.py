"""Our books against Stripe's, by balance transaction: what differs is told with the rows that explain it.

Nothing here asks Stripe or changes anything. A row of Stripe's that could not be read is in no sum, and what holds one
does not agree. What Stripe listed is compared with what the ledger says of its account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Upper

from donations.ledger.models import Posting, Purpose
from donations.ledger.queries import posted
from donations.payouts.findings import DIFFERS, DOES_NOT_ADD_UP, MISSING, NOT_LISTED, UNKNOWN, UNREAD, in_words
from donations.payouts.models import Payout, PayoutStatus, StripeEntry, UnreadRow
from kernel.money import CURRENCIES, Money


@dataclass(frozen=True, slots=True)
class Row:
    """One balance transaction that the two books tell differently. `why`: a code; `ours`, `theirs`: None where absent.

    `about` is the donation, payout or other thing it moved, as far as it is known here, else Stripe's id of it.
    """

    ref: str
    why: str
    kind: str
    about: str
    at: datetime
    ours: Money | None
    theirs: Money | None

    @property
    def said(self) -> str:
        """Why, in the reader's language."""
        return in_words(self.why)


@dataclass(frozen=True, slots=True)
class Compared:
    """One currency over a time: what each side says moved at Stripe, what it holds at the end, and what explains it.

    `unread` is how many rows of this currency could not be read: they are in none of the sums.
    """

    currency: str
    ours: Money
    theirs: Money
    ours_at_end: Money
    theirs_at_end: Money
    rows: tuple[Row, ...]
    unread: int

    @property
    def difference(self) -> Money:
        """Ours less theirs, over the time."""
        return self.ours - self.theirs

    @property
    def agrees(self) -> bool:
        """Whether every row was read and, as what is held at the end, agrees to the cent."""
        return not self.rows and not self.unread and self.ours_at_end == self.theirs_at_end


@dataclass(frozen=True, slots=True)
class PayoutCompared:
    """A payout against its balance transactions: `inside` is what they come to, `variance` that less the bank's amount.

    `why` is "" for one that agrees. Of a payout by hand Stripe does not say what is in it: there is nothing to compare.
    One that holds `unread` rows, or rows of another currency than its own, has no sum.
    """

    payout: Payout
    inside: Money | None
    variance: Money | None
    why: str
    rows: tuple[Row, ...]
    unread: int = 0

    @property
    def said(self) -> str:
        """Why, in the reader's language."""
        return in_words(self.why)


def month_bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """Return the first moment of a month and of the next, UTC, as Stripe's own reports are cut."""
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=UTC), datetime(*following, 1, tzinfo=UTC)


def listed_until() -> datetime | None:
    """Return up to when Stripe's list is known here; what happened later cannot be compared yet."""
    lasts = [rows.aggregate(last=Max("seen_at"))["last"] for rows in (StripeEntry.objects, UnreadRow.objects)]
    return max((last for last in lasts if last), default=None)


def unread(start: datetime, end: datetime) -> QuerySet[UnreadRow]:
    """Return what Stripe lists from `start` up to, not at, `end`, and cannot be read, in the order it happened."""
    return (
        UnreadRow.objects.standing().filter(happened_at__gte=start, happened_at__lt=end).order_by("happened_at", "pk")
    )


def compare(start: datetime, end: datetime) -> list[Compared]:
    """Return, a currency each, what both books say of Stripe's balance from `start` up to, not at, `end`."""
    inside = Q(transaction__occurred_at__gte=start, transaction__occurred_at__lt=end)
    rows = _rows(inside, StripeEntry.objects.filter(happened_at__gte=start, happened_at__lt=end))
    sides = [
        _sums(_at_stripe().filter(inside), "minor"),
        _sums(StripeEntry.objects.filter(happened_at__gte=start, happened_at__lt=end), "net_minor"),
        _sums(_at_stripe().filter(transaction__occurred_at__lt=end), "minor"),
        _sums(StripeEntry.objects.filter(happened_at__lt=end), "net_minor"),
    ]
    missed = _unread_by_code(start, end)
    found = []
    for currency in sorted({one for side in sides for one in side} | (missed.keys() & set(CURRENCIES))):
        ours, theirs, ours_end, theirs_end = (Money(side.get(currency, 0), currency) for side in sides)
        mine = tuple(row for row in rows if currency in {one.currency for one in (row.ours, row.theirs) if one})
        found.append(Compared(currency, ours, theirs, ours_end, theirs_end, mine, missed.get(currency, 0)))
    return found


def compare_payouts(payouts: Iterable[Payout]) -> list[PayoutCompared]:
    """Return each payout against what Stripe says is in it, in the same order; four queries for all of them."""
    chosen = list(payouts)
    entries = list(StripeEntry.objects.filter(payout__in=chosen).order_by("happened_at", "pk"))
    refs = [entry.pk for entry in entries]
    rows = {row.ref: row for row in _rows(Q(transaction__external_ref__in=refs), entries)}
    held = UnreadRow.objects.standing().filter(payout__in=chosen)
    missed: dict[Any, int] = dict(held.values_list("payout").annotate(number=Count("pk")).order_by())
    return [
        _compared(payout, [one for one in entries if one.payout_id == payout.pk], rows, missed.get(payout.pk, 0))
        for payout in chosen
    ]


def _compared(payout: Payout, entries: list[StripeEntry], rows: dict[str, Row], unread: int) -> PayoutCompared:
    if not payout.automatic:
        return PayoutCompared(payout, None, None, "", ())
    explaining = tuple(rows[one.pk] for one in entries if one.pk in rows)
    if unread or any(one.currency != payout.currency for one in entries):  # no sum can be made of these
        return PayoutCompared(payout, None, None, UNREAD if unread else DOES_NOT_ADD_UP, explaining, unread)
    if not entries:
        why = "" if payout.status in (PayoutStatus.CANCELED, PayoutStatus.IN_TRANSIT) else NOT_LISTED
        return PayoutCompared(payout, None, None, why, ())
    inside = Money(sum(one.net_minor for one in entries if one.source != payout.stripe_payout), payout.currency)
    variance = inside - payout.amount
    why = DOES_NOT_ADD_UP if variance else (explaining[0].why if explaining else "")
    return PayoutCompared(payout, inside, variance, why, explaining)


def _at_stripe() -> QuerySet[Posting]:
    return posted().filter(account__purpose=Purpose.STRIPE)


def _sums(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return dict(rows.values_list("currency").annotate(total=Sum(column)).order_by("currency"))


def _unread_by_code(start: datetime, end: datetime) -> dict[str, int]:
    coded = unread(start, end).annotate(code=Upper("currency")).order_by()
    return dict(coded.values_list("code").annotate(number=Count("pk")))


def _rows(ours: Q, theirs: Iterable[StripeEntry]) -> list[Row]:
    """Return what the two sides tell differently, in the order it happened."""
    mine = {
        row["transaction__external_ref"]: row
        for row in _at_stripe()
        .filter(ours)
        .values(
            "transaction__external_ref",
            "transaction__kind",
            "transaction__subject",
            "transaction__occurred_at",
            "currency",
        )
        .annotate(total=Sum("minor"))
    }
    found = []
    for entry in theirs:
        row = mine.pop(entry.pk, None)
        amount = Money(row["total"], row["currency"]) if row else None
        if amount != entry.net and (row or entry.net):
            why = DIFFERS if row else MISSING
            about = row["transaction__subject"] if row else entry.source
            found.append(Row(entry.pk, why, entry.kind, about, entry.happened_at, amount, entry.net))
    for ref, row in mine.items():
        amount, at = Money(row["total"], row["currency"]), row["transaction__occurred_at"]
        found.append(Row(ref, UNKNOWN, row["transaction__kind"], row["transaction__subject"], at, amount, None))
    return sorted(found, key=lambda one: (one.at, one.ref))
