"""Asking Stripe for its own books: payouts, and every balance transaction. Stripe is called between transactions."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from donations.gateway import BalanceEntry, PaymentGateway, PayoutFacts, UnreadFacts, gateway
from donations.ledger.book import Line, book
from donations.ledger.models import Purpose, TransactionKind
from donations.payouts.deeds import PayoutMismatchError, apply_payout
from donations.payouts.models import Payout, StripeEntry
from donations.payouts.unread import keep_unread, to_read_again

DAYS = 35  # a month, and what may come late
OVERLAP = timedelta(days=3)
A_BATCH = 200
# what Stripe takes for the account, and for no gift
OF_HOUSE = "fee"
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Listed:
    """What Stripe listed: balance transactions, how many of them were new here, payouts, and what could not be read."""

    entries: int
    new: int
    payouts: int
    unread: int


def list_stripe(*, since: datetime, at: datetime, via: PaymentGateway | None = None, say: Say = str) -> Listed:
    """Keep all that Stripe lists since then, and apply its payouts. Safe to repeat, and beside itself.

    It goes further back for a row that could not be read then, and can be now. Call it outside a transaction; `say`
    hears how far it is. Raises GatewayError, and PayoutMismatchError once all others are applied.
    """
    stripe, wrong = via or gateway(), None
    since = min(since, to_read_again() or since)
    entries = new = payouts = unread = 0
    for batch in _batches(stripe.entries_between(since, at + timedelta(seconds=1))):
        new += keep_entries(batch, at=at)
        entries += len(batch)
        unread += sum(isinstance(one, UnreadFacts) for one in batch)
        say(f"{entries} balance transactions")
    for facts in list(stripe.payouts_since(since)):
        if isinstance(facts, UnreadFacts):
            keep_unread([facts], at=at)
            unread += 1
            continue
        try:
            payout = apply_payout(facts, at=at)
        except PayoutMismatchError as error:  # one of them does not hold up the rest
            wrong = error
            continue
        payouts += 1
        if facts.automatic and not payout.listed_at:
            _list_payout(payout, facts, stripe, at=at)
        say(f"{payouts} payouts")
    if wrong:
        raise wrong
    return Listed(entries, new, payouts, unread)


def list_now() -> None:
    """What the schedule calls: from where it stopped, with some days over."""
    at = timezone.now()
    last = StripeEntry.objects.order_by("-happened_at").values_list("happened_at", flat=True).first()
    list_stripe(since=max(last - OVERLAP, at - timedelta(days=DAYS)) if last else at - timedelta(days=DAYS), at=at)


@transaction.atomic
def keep_entries(entries: Iterable[BalanceEntry | UnreadFacts], *, at: datetime, payout: Payout | None = None) -> int:
    """Keep balance transactions as Stripe listed them, each once; return how many were new.

    Those that cannot be read are kept apart, and are in no sum. What Stripe takes for the account itself is booked as a
    cost of the house: no other fact will ever tell it.
    """
    every = list(entries)
    listed = [entry for entry in every if isinstance(entry, BalanceEntry)]
    unread = [row for row in every if isinstance(row, UnreadFacts)]
    ids = [entry.id for entry in listed]
    known = set(StripeEntry.objects.filter(pk__in=ids).values_list("pk", flat=True))
    StripeEntry.objects.bulk_create(
        [_row(entry, payout, at) for entry in listed if entry.id not in known], ignore_conflicts=True
    )
    if payout:
        StripeEntry.objects.filter(pk__in=ids, payout=None).update(payout=payout)
    for entry in listed:
        if entry.category == OF_HOUSE and entry.net:
            _book_cost(entry, at=at)
    return len(set(ids) - known) + (keep_unread(unread, at=at, payout=payout) if unread else 0)


def _list_payout(payout: Payout, facts: PayoutFacts, stripe: PaymentGateway, *, at: datetime) -> None:
    """Keep what an automatic payout is made of; it is asked again until Stripe calls it complete and all is read."""
    unread = 0
    for batch in _batches(stripe.payout_entries(facts.id)):
        keep_entries(batch, at=at, payout=payout)
        unread += sum(isinstance(one, UnreadFacts) for one in batch)
    if facts.reconciled and not unread:
        Payout.objects.filter(pk=payout.pk).update(listed_at=at)


def _row(entry: BalanceEntry, payout: Payout | None, at: datetime) -> StripeEntry:
    return StripeEntry(
        entry_id=entry.id,
        kind=entry.kind[:40],
        category=entry.category[:40],
        source=entry.source,
        gross_minor=entry.gross.minor,
        fee_minor=entry.fee.minor,
        net_minor=entry.net.minor,
        currency=entry.net.currency,
        happened_at=entry.created,
        seen_at=at,
        payout=payout,
    )


def _book_cost(entry: BalanceEntry, *, at: datetime) -> None:
    book(
        kind=TransactionKind.STRIPE_COST,
        external_ref=entry.id,
        subject="house",
        lines=[Line(Purpose.STRIPE, entry.net), Line(Purpose.COSTS, -entry.net)],
        occurred_at=entry.created,
        at=at,
    )


def _batches(entries: Iterable[BalanceEntry | UnreadFacts]) -> Iterator[list[BalanceEntry | UnreadFacts]]:
    batch: list[BalanceEntry | UnreadFacts] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
