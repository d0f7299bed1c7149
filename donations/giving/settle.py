"""Settling: what Stripe says of a donation, applied under its lock. An older fact never lowers a newer state."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from donations.gateway import BalanceEntry, CheckoutFacts
from donations.giving import booking
from donations.giving.models import Donation
from donations.giving.states import UNFINISHED, DonationStatus
from donations.ledger.models import TransactionKind
from kernel import audit, states

SYSTEM = "system"


class NotYetError(Exception):
    """Stripe has not written everything that is needed; asking again soon will do."""

    code = "not_yet"


@dataclass(frozen=True, slots=True)
class Payment:
    """A donation under its lock, what the payment brought (one at least), and by which payment."""

    held: Donation
    arrived: tuple[BalanceEntry, ...]
    payment_intent: str


@transaction.atomic
def settle(donation: Donation, *, facts: CheckoutFacts, at: datetime, by: str = SYSTEM) -> Donation:
    """Apply what Stripe says now of the donation's page; return the donation as it then is.

    Paid is booked only when amount, currency, livemode, reference and session agree with what was asked; otherwise
    nothing is booked or moved, and `mismatch` names what differs, for a finance officer. Applying it again changes
    nothing. Raises NotYetError when it is paid but not in Stripe's balance yet.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    wrong = _disagreement(held, facts)
    if wrong:
        return flag(held, wrong, by=by, at=at)
    held.checked_at = at
    held.checkout_session = facts.id
    held.save(update_fields=["checked_at", "checkout_session"])
    to = _says(facts)
    if to == DonationStatus.PAID:
        return receive_payment(held, entries=facts.entries, payment_intent=facts.payment_intent, by=by, at=at)
    if to and to in held.moves.legal(held.status):
        states.move(held, to=to, by=by, at=at, why=facts.failure[:40])
    return held


@transaction.atomic
def settle_paid(pages: Sequence[CheckoutFacts], *, at: datetime) -> set[str]:
    """Settle, all or none, those pages that are plainly paid; return their ids. Any other is left to `settle`.

    Plainly: a donation that comes once and is unfinished, on one page alone, all agrees, and the money is in Stripe's
    balance, whole.
    """
    named = Counter(page.client_reference_id for page in pages)
    by_reference = {page.client_reference_id: page for page in pages if _is_whole(page)}
    waiting = Donation.objects.unfinished().filter(pk__in=list(by_reference), recurring=None)
    payments = []
    for held in waiting.select_for_update().order_by("pk"):  # in order: nobody who holds one waits for another
        page = by_reference[held.pk]
        if named[held.pk] == 1 and not _disagreement(held, page):
            held.checked_at, held.checkout_session = at, page.id
            payments.append(Payment(held, page.entries, page.payment_intent))
    if payments:
        receive_each(payments, at=at)
    return {by_reference[one.held.pk].id for one in payments}


def _is_whole(facts: CheckoutFacts) -> bool:
    return (
        facts.payment_status == "paid" and bool(facts.entries) and all(entry.gross.minor > 0 for entry in facts.entries)
    )


def _says(facts: CheckoutFacts) -> DonationStatus | None:
    """Return the state these facts stand for; none while the page just waits."""
    if facts.payment_status == "paid":
        return DonationStatus.PAID
    if facts.failure:
        return DonationStatus.FAILED
    return {"complete": DonationStatus.PROCESSING, "expired": DonationStatus.EXPIRED}.get(facts.status)


def _disagreement(held: Donation, facts: CheckoutFacts) -> list[str]:
    """Return the codes of what does not agree with what we asked."""
    checks = {
        "reference": facts.client_reference_id == held.pk,
        "session": held.checkout_session in (None, facts.id),
        "currency": facts.amount_total.currency == held.currency,
        "amount": facts.amount_total.minor == held.total_minor,
        "livemode": facts.livemode == held.livemode,
        "payment_status": facts.payment_status in ("paid", "unpaid"),
    }
    if facts.payment_status == "paid":
        checks["late_payment"] = held.status in (DonationStatus.PAID, *UNFINISHED)
        checks["payment"] = bool(facts.payment_intent) and held.payment_intent in (None, facts.payment_intent)
        checks["settled_amount"] = booking.settles(held.total, facts.entries)
    return [code for code, fine in checks.items() if not fine]


def flag(held: Donation, wrong: list[str], *, by: str, at: datetime) -> Donation:
    """Show a donation to the finance officers, with the codes of what differs. Call it under the donation's lock."""
    codes = ",".join(wrong)
    if held.mismatch != codes:
        Donation.objects.filter(pk=held.pk).update(mismatch=codes, checked_at=at, updated_at=at)
        held.mismatch, held.checked_at, held.updated_at = codes, at, at
        audit.record(by, "donation.mismatch", held.pk, fields=wrong, at=at)
    return held


def receive_payment(
    held: Donation, *, entries: Sequence[BalanceEntry], payment_intent: str, at: datetime, by: str = SYSTEM
) -> Donation:
    """Book what a payment brought and make the donation paid, both once. Call it under the donation's lock, when all
    that was asked agrees with what came. Raises NotYetError while nothing is in Stripe's balance.
    """
    arrived = tuple(entry for entry in entries if entry.gross.minor > 0)
    if not arrived:
        raise NotYetError
    receive_each([Payment(held, arrived, payment_intent)], at=at, by=by)
    for entry in entries:
        if entry.gross.minor < 0:
            booking.book_return(held, held.total, entry, kind=TransactionKind.PAYMENT_REVERSED, at=at)
    return held


def receive_each(payments: Sequence[Payment], *, at: datetime, by: str = SYSTEM) -> None:
    """Book what payments brought and make their donations paid, all or none, once. Call it under their locks."""
    booking.book_gifts([(one.held, entry) for one in payments for entry in one.arrived], at=at)
    new = [one for one in payments if one.held.status != DonationStatus.PAID]
    if not new:
        return
    held = [one.held for one in new]
    states.move_each(held, to=DonationStatus.PAID, by=by, at=at, also={"mismatch": ""}, each=_named(new))
    audit.record_each(by, "donation.paid", [donation.pk for donation in held], at=at)


def _named(payments: Sequence[Payment]) -> dict[str, dict[str, object]]:
    """Return when each was paid, by which payment and on which page, by column by donation."""
    return {
        one.held.pk: {
            "paid_at": one.arrived[0].created,
            "payment_intent": one.payment_intent,
            "checkout_session": one.held.checkout_session,
            "checked_at": one.held.checked_at,
        }
        for one in payments
    }
