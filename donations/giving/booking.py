"""From Stripe's balance transactions to the ledger: the only place that decides which accounts a gift touches.

When Stripe settles in another currency than the donor paid in, the gift stays in the donor's currency, the fee and the
balance in Stripe's, and the conversion account holds both sides of the exchange.

What leaves a fund again is a function of three sums alone: what was sent back, lost, and is held back by a bank. Each
booking writes the difference to what the books say, so that the order of events leaves no trace in any account.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Sum

from donations.gateway import BalanceEntry
from donations.giving.models import Allocation, Donation
from donations.giving.sharing import shares
from donations.ledger.book import Draft, Line, book, book_each, is_booked
from donations.ledger.models import TAKEN, Purpose, TransactionKind
from donations.ledger.queries import posted
from kernel import outbox
from kernel.money import Money

BOOKED = "donations.booked"  # something new stands in the books of a gift whose donor asked for a receipt
Change = Mapping[Purpose, int]


def allocations(donation: Donation) -> list[Allocation]:
    """Return the parts of a donation with their funds, in the order they were asked."""
    return list(donation.allocations.select_related("fund"))


def _allocations_of(donations: Iterable[str]) -> dict[str, list[Allocation]]:
    """Return the same for several donations, by id. Two queries: they share their funds."""
    found: dict[str, list[Allocation]] = {pk: [] for pk in donations}
    for part in Allocation.objects.filter(donation__in=list(found)).prefetch_related("fund"):
        found[part.donation_id].append(part)
    return found


def agrees(amount: Money, entry: BalanceEntry) -> bool:
    """Whether the balance moved by exactly `amount`; after a conversion that cannot be told."""
    return entry.gross.currency != amount.currency or abs(entry.gross.minor) == amount.minor


def settles(amount: Money, entries: Sequence[BalanceEntry]) -> bool:
    """Whether `entries` are what one payment of `amount` did to the balance: it came once, and may have gone again."""
    return all(agrees(amount, entry) for entry in entries) and sum(entry.gross.minor > 0 for entry in entries) <= 1


def book_gifts(payments: Sequence[tuple[Donation, BalanceEntry]], *, at: datetime) -> None:
    """Book what payments brought, all or none; one that is booked already changes nothing."""
    parts = _allocations_of({donation.pk for donation, _entry in payments})
    drafts = []
    for donation, entry in payments:
        mine = parts[donation.pk]
        lines = [Line(Purpose.GIFTS, Money(-part.minor, donation.currency), part.fund) for part in mine]
        lines += _at_stripe(donation, lines, entry, mine)
        drafts.append(Draft(TransactionKind.GIFT, entry.id, donation.pk, lines, entry.created))
    new = {entry.subject for entry, is_new in book_each(drafts, at=at) if is_new}
    asked = {donation.pk for donation, _entry in payments if donation.wants_receipt}
    outbox.enqueue_each(BOOKED, sorted(new & asked))


def book_return(
    donation: Donation, amount: Money, entry: BalanceEntry, *, kind: TransactionKind, at: datetime, cause: str = ""
) -> bool:
    """Book that `amount` went back to the donor; return whether it was new."""
    return book_change(donation, {Purpose.REFUNDS: amount.minor}, entry, kind=kind, cause=cause, at=at)


def book_return_reversed(donation: Donation, entry: BalanceEntry, *, cause: str, at: datetime) -> bool:
    """Book that what went back for `cause` came to us again; return whether it was new."""
    sent = posted().filter(
        transaction__kind=TransactionKind.REFUND, transaction__cause=cause, account__purpose=Purpose.REFUNDS
    )
    back = sent.aggregate(total=Sum("minor", default=0))["total"]
    change = {Purpose.REFUNDS: -back}
    return book_change(donation, change, entry, kind=TransactionKind.REFUND_REVERSED, cause=cause, at=at)


def book_change(
    donation: Donation,
    change: Change,
    entry: BalanceEntry,
    *,
    kind: TransactionKind,
    at: datetime,
    cause: str = "",
    fees: Purpose = Purpose.FEES,
) -> bool:
    """Book what `entry` did to what is taken from a gift: `change` in minor units, by account. Return whether new."""
    if is_booked(entry.id, subject=donation.pk):
        return False
    parts = allocations(donation)
    lines = _restated(donation, parts, change)
    lines += _at_stripe(donation, lines, entry, parts, fees=fees)
    return _write(kind, donation, lines, ref=entry.id, occurred_at=entry.created, at=at, cause=cause)


def book_shift(
    donation: Donation,
    change: Change,
    *,
    kind: TransactionKind,
    ref: str,
    cause: str,
    occurred_at: datetime,
    at: datetime,
) -> bool:
    """Book that what was taken from a gift is now of another sort; nothing moves at Stripe. Return whether new."""
    if is_booked(ref, subject=donation.pk):
        return False
    lines = _restated(donation, allocations(donation), change)
    return _write(kind, donation, lines, ref=ref, occurred_at=occurred_at, at=at, cause=cause)


def taken(donation: Donation) -> dict[Purpose, Counter[str]]:
    """Return what has left each fund again of this donation, minor units of its currency, by account and fund id."""
    rows = (
        posted()
        .filter(transaction__subject=donation.pk, account__purpose__in=TAKEN)
        .values("account__purpose", "account__fund")
        .annotate(total=Sum("minor"))
    )
    sums: dict[Purpose, Counter[str]] = {purpose: Counter() for purpose in TAKEN}
    for row in rows:
        sums[Purpose(row["account__purpose"])][row["account__fund"]] = row["total"]
    return sums


def _restated(donation: Donation, parts: Sequence[Allocation], change: Change) -> list[Line]:
    """Return the lines that make the books say what they say of the sums after `change`, whatever came before."""
    booked, weights, below, lines = taken(donation), [part.minor for part in parts], 0, []
    for purpose in TAKEN:
        upto = below + sum(booked[purpose].values()) + change.get(purpose, 0)
        for part, low, high in zip(parts, shares(below, weights), shares(upto, weights), strict=True):
            moved = high - low - booked[purpose][part.fund_id]
            lines.append(Line(purpose, Money(moved, donation.currency), part.fund))
        below = upto
    return lines


def _at_stripe(
    donation: Donation,
    lines: Sequence[Line],
    entry: BalanceEntry,
    parts: Sequence[Allocation],
    *,
    fees: Purpose = Purpose.FEES,
) -> list[Line]:
    """Return the other side of `lines`: fee and balance at Stripe, and the conversion between them if there was one."""
    found = entry.fee.allocate([part.minor for part in parts])
    sides = [Line(fees, fee, part.fund) for part, fee in zip(parts, found, strict=True)]
    sides.append(Line(Purpose.STRIPE, entry.net))
    if entry.gross.currency != donation.currency:
        total = Money(sum(line.amount.minor for line in lines), donation.currency)
        sides += [Line(Purpose.CONVERSION, -total), Line(Purpose.CONVERSION, -entry.gross)]
    return sides


def _write(
    kind: TransactionKind,
    donation: Donation,
    lines: Sequence[Line],
    *,
    ref: str,
    occurred_at: datetime,
    at: datetime,
    cause: str = "",
) -> bool:
    _transaction, new = book(
        kind=kind,
        external_ref=ref,
        subject=donation.pk,
        cause=cause,
        lines=lines,
        occurred_at=occurred_at,
        at=at,
    )
    if new and donation.wants_receipt:
        outbox.enqueue(BOOKED, donation.pk)
    return new
