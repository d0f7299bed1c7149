"""Applying what Stripe says of a payout: it leaves the balance, is on its way, arrives, or comes back."""

from datetime import UTC, datetime, time

from django.db import transaction

from donations.gateway import BalanceEntry, PayoutFacts
from donations.ledger.book import Line, book, is_booked
from donations.ledger.models import Purpose, TransactionKind
from donations.payouts.models import Payout, PayoutMove, PayoutStatus
from kernel import audit, states

SYSTEM = "system"
_STATES = {
    "paid": PayoutStatus.PAID,
    "failed": PayoutStatus.FAILED,
    "canceled": PayoutStatus.CANCELED,
}


class PayoutMismatchError(Exception):
    """Stripe says something else of a payout than it said before. A person must look."""

    code = "payout_mismatch"


@transaction.atomic
def apply_payout(facts: PayoutFacts, *, at: datetime) -> Payout:
    """Apply what Stripe says of a payout; told twice, or late, it changes nothing. Raises PayoutMismatchError.

    What left Stripe's balance is on its way until Stripe calls it paid; what came back is at Stripe again, and was
    never at the bank.
    """
    payout = _ours(facts, at)
    if facts.entry:
        _book(payout, TransactionKind.PAYOUT, facts.entry, at=at)
    if facts.failure_entry:
        _book(payout, TransactionKind.PAYOUT_RETURNED, facts.failure_entry, at=at)
    to = _STATES.get(facts.status)
    if to and to in payout.moves.legal(payout.status):
        states.move(payout, to=to, by=SYSTEM, at=at, also={"failure": facts.failure[:40]})
        audit.record(SYSTEM, f"payout.{to}", payout.pk, at=at)
    if payout.status == PayoutStatus.PAID:
        _arrive(payout, facts, at=at)
    if payout.status == PayoutStatus.FAILED:
        _unarrive(payout, at=at)
    return payout


def _ours(facts: PayoutFacts, at: datetime) -> Payout:
    """Return our row of Stripe's payout under its lock, written now if it is the first we hear of it."""
    known, new = Payout.objects.select_for_update().get_or_create(
        stripe_payout=facts.id,
        defaults={
            "amount_minor": facts.amount.minor,
            "currency": facts.amount.currency,
            "automatic": facts.automatic,
            "created_at": facts.created,
            "arrives_on": facts.arrives_on,
            "updated_at": at,
        },
    )
    if new:
        PayoutMove.objects.create(payout=known, new=PayoutStatus.IN_TRANSIT, by=SYSTEM, at=at)
        audit.record(SYSTEM, "payout.seen", known.pk, at=at)
    if known.amount != facts.amount:
        raise PayoutMismatchError
    if known.arrives_on != facts.arrives_on:
        Payout.objects.filter(pk=known.pk).update(arrives_on=facts.arrives_on)
    return known


def _book(payout: Payout, kind: TransactionKind, entry: BalanceEntry, *, at: datetime) -> None:
    """Book what a payout did to the balance; a fee for it is a cost of the house."""
    book(
        kind=kind,
        external_ref=entry.id,
        subject=payout.pk,
        lines=[
            Line(Purpose.STRIPE, entry.net),
            Line(Purpose.COSTS, entry.fee),
            Line(Purpose.TRANSIT, -entry.gross),
        ],
        occurred_at=entry.created,
        at=at,
    )


def _arrive(payout: Payout, facts: PayoutFacts, *, at: datetime) -> None:
    book(
        kind=TransactionKind.PAYOUT_ARRIVED,
        external_ref=f"{payout.stripe_payout}:arrived",
        subject=payout.pk,
        lines=[Line(Purpose.BANK, payout.amount), Line(Purpose.TRANSIT, -payout.amount)],
        occurred_at=datetime.combine(facts.arrives_on, time(), UTC),
        at=at,
    )


def _unarrive(payout: Payout, *, at: datetime) -> None:
    """Take back that it arrived, if that was ever booked."""
    if not is_booked(f"{payout.stripe_payout}:arrived", subject=payout.pk):
        return
    book(
        kind=TransactionKind.PAYOUT_RETURNED,
        external_ref=f"{payout.stripe_payout}:returned",
        subject=payout.pk,
        lines=[Line(Purpose.TRANSIT, payout.amount), Line(Purpose.BANK, -payout.amount)],
        occurred_at=at,
        at=at,
    )
