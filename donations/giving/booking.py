"""From Stripe's balance transactions to the ledger: the only place that decides which accounts a gift touches.

When Stripe settles in another currency than the donor paid in, the gift stays in the donor's currency, the fee and the
balance in Stripe's, and the conversion account holds both sides of the exchange.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Sum

from donations.funds.models import Fund
from donations.gateway import BalanceEntry
from donations.giving.models import Allocation, Donation
from donations.ledger.book import Line, book
from donations.ledger.models import Purpose, TransactionKind
from donations.ledger.queries import is_booked, posted
from kernel import outbox
from kernel.money import Money

BOOKED = "donations.booked"  # something new stands in the books of a gift whose donor asked for a receipt
Parts = Sequence[tuple[Fund, Money]]


def allocations(donation: Donation) -> list[Allocation]:
    """Return the parts of a donation with their funds, in the order they were asked."""
    return list(donation.allocations.select_related("fund"))


def agrees(amount: Money, entry: BalanceEntry) -> bool:
    """Whether the balance moved by exactly `amount`; after a conversion that cannot be told."""
    return entry.gross.currency != amount.currency or abs(entry.gross.minor) == amount.minor


def book_gift(donation: Donation, entry: BalanceEntry, *, at: datetime) -> bool:
    """Book what a payment brought; return whether it was new."""
    parts = [(part.fund, Money(-part.minor, donation.currency)) for part in allocations(donation)]
    return _book(TransactionKind.GIFT, Purpose.GIFTS, donation, parts, entry, at=at)


def book_return(
    donation: Donation, amount: Money, entry: BalanceEntry, *, kind: TransactionKind, at: datetime, cause: str = ""
) -> bool:
    """Book that `amount` went back to the donor, taken from each fund by what it still has of this gift."""
    if is_booked(entry.id):
        return False
    taken = returned_by_fund(donation)
    parts = allocations(donation)
    shares = amount.allocate([max(part.minor - taken[part.fund_id], 0) for part in parts])
    lines = [(part.fund, share) for part, share in zip(parts, shares, strict=True)]
    return _book(kind, Purpose.REFUNDS, donation, lines, entry, at=at, cause=cause)


def book_return_reversed(donation: Donation, entry: BalanceEntry, *, cause: str, at: datetime) -> bool:
    """Book that what went back for `cause` came to us again: each fund gets exactly what it lost."""
    if is_booked(entry.id):
        return False
    funds = {part.fund_id: part.fund for part in allocations(donation)}
    rows = (
        posted()
        .filter(transaction__kind=TransactionKind.REFUND, transaction__cause=cause, account__purpose=Purpose.REFUNDS)
        .values("account__fund")
        .annotate(total=Sum("minor"))
        .order_by("account__fund")
    )
    parts = [(funds[row["account__fund"]], Money(-row["total"], donation.currency)) for row in rows]
    return _book(TransactionKind.REFUND_REVERSED, Purpose.REFUNDS, donation, parts, entry, at=at, cause=cause)


def returned_by_fund(donation: Donation) -> Counter[str]:
    """Return what has left each fund again of this donation, minor units of its currency, by fund id."""
    rows = (
        posted()
        .filter(transaction__subject=donation.pk, account__purpose=Purpose.REFUNDS)
        .values("account__fund")
        .annotate(total=Sum("minor"))
    )
    return Counter({row["account__fund"]: row["total"] for row in rows})


def _book(
    kind: TransactionKind,
    purpose: Purpose,
    donation: Donation,
    parts: Parts,
    entry: BalanceEntry,
    *,
    at: datetime,
    cause: str = "",
) -> bool:
    fees = entry.fee.allocate([abs(amount.minor) for _fund, amount in parts])
    lines = [Line(purpose, amount, fund) for fund, amount in parts]
    lines += [Line(Purpose.FEES, fee, fund) for (fund, _amount), fee in zip(parts, fees, strict=True)]
    lines.append(Line(Purpose.STRIPE, entry.net))
    if entry.gross.currency != donation.currency:
        total = Money(sum(amount.minor for _fund, amount in parts), donation.currency)
        lines += [Line(Purpose.CONVERSION, -total), Line(Purpose.CONVERSION, -entry.gross)]
    _transaction, new = book(
        kind=kind,
        external_ref=entry.id,
        subject=donation.pk,
        cause=cause,
        lines=lines,
        occurred_at=entry.created,
        at=at,
    )
    if new and donation.wants_receipt:
        outbox.enqueue(BOOKED, donation.pk)
    return new
