"""Applying what Stripe says of a dispute: the ledger follows the balance, and what sort of loss it is the verdict."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from donations.disputes.models import Dispute, DisputeMove, DisputeStatus
from donations.gateway import BalanceEntry, DisputeFacts
from donations.giving import booking
from donations.giving.models import Donation
from donations.giving.settle import NotYetError
from donations.giving.states import DonationStatus
from donations.ledger.models import Purpose, TransactionKind
from donations.ledger.queries import posted
from kernel import audit, outbox, states

SYSTEM = "system"
SETTLED = "donations.settled"  # a donor who left an address is told
# Stripe's word for what we call it; what is not here is still open
_CLOSED = {
    "won": DisputeStatus.WON,
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}


class DisputeMismatchError(Exception):
    """Stripe's dispute does not agree with the donation, or with what it said before. A person must look."""

    code = "dispute_mismatch"


def donation_of(facts: DisputeFacts) -> Donation | None:
    """Return the donation a dispute belongs to; None when the payment is not ours."""
    return Donation.objects.filter(payment_intent=facts.payment_intent).first() if facts.payment_intent else None


@transaction.atomic
def apply_dispute(facts: DisputeFacts, *, at: datetime) -> Dispute | None:
    """Apply what Stripe says of a dispute; None when the payment is not ours. Twice, or late, it changes nothing.

    What the bank withdrew and gave back is booked by balance transaction, each once, as held back; once the bank has
    decided, what it keeps becomes a loss. Raises NotYetError while the donation is not booked, DisputeMismatchError.
    """
    donation = donation_of(facts)
    if donation is None:
        return None
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    if held.status != DonationStatus.PAID:
        raise NotYetError
    dispute = _ours(held, facts, at)
    to = _CLOSED.get(facts.status)
    _book_entries(held, dispute, facts.entries, at=at)
    if to and to in dispute.moves.legal(dispute.status):
        states.move(dispute, to=to, by=SYSTEM, at=at, why=facts.status[:40], also={"evidence_due": None})
        audit.record(SYSTEM, f"dispute.{to}", dispute.pk, at=at)
        if held.wants_receipt or held.recurring_id:
            outbox.enqueue(SETTLED, dispute.pk)
    if _decided(dispute, facts.entries):
        _close(held, dispute, facts.entries, at=at)
    Donation.objects.filter(pk=held.pk).update(updated_at=at)
    return dispute


def _ours(donation: Donation, facts: DisputeFacts, at: datetime) -> Dispute:
    """Return our row of Stripe's dispute, written now if it is the first we hear of it."""
    if facts.amount.currency != donation.currency or facts.amount.minor < 1:
        raise DisputeMismatchError
    known = Dispute.objects.filter(stripe_dispute=facts.id).first()
    if known is None:
        known = Dispute.objects.create(
            donation=donation,
            stripe_dispute=facts.id,
            amount_minor=facts.amount.minor,
            currency=facts.amount.currency,
            reason=facts.reason[:40],
            inquiry=facts.status.startswith("warning"),
            evidence_due=facts.evidence_due,
            submissions=facts.submissions,
            opened_at=facts.created,
            updated_at=at,
        )
        DisputeMove.objects.create(dispute=known, new=DisputeStatus.OPEN, by=SYSTEM, at=at)
        audit.record(SYSTEM, "dispute.open", known.pk, at=at)
    if known.donation_id != donation.pk or known.amount != facts.amount:
        raise DisputeMismatchError
    _keep_up(known, facts, at)
    return known


def _decided(dispute: Dispute, entries: Sequence[BalanceEntry]) -> bool:
    """Whether what the bank still has is lost. Of one that was won, only once Stripe has given something back."""
    if dispute.status == DisputeStatus.WON:
        return any(entry.gross.minor > 0 for entry in entries)
    return dispute.status == DisputeStatus.LOST


def _keep_up(dispute: Dispute, facts: DisputeFacts, at: datetime) -> None:
    """Write what may change while a dispute is open; an older fact lowers nothing."""
    asks = facts.status.startswith("warning")
    older = facts.submissions < dispute.submissions or (asks and not dispute.inquiry)
    values = {
        "inquiry": dispute.inquiry and asks,
        "submissions": max(dispute.submissions, facts.submissions),
        "evidence_due": dispute.evidence_due if older else facts.evidence_due,
    }
    if dispute.status != DisputeStatus.OPEN or values["submissions"] or facts.past_due:
        values["evidence_due"] = None
    if any(getattr(dispute, name) != value for name, value in values.items()):
        Dispute.objects.filter(pk=dispute.pk).update(**values, updated_at=at)
        for name, value in values.items():
            setattr(dispute, name, value)


def _book_entries(donation: Donation, dispute: Dispute, entries: Sequence[BalanceEntry], *, at: datetime) -> None:
    """Book each balance transaction once: what is held back is what the bank has of the gift after it."""
    for place, entry in enumerate(entries):
        before, after = (_has(dispute, entries[:upto]) for upto in (place, place + 1))
        booking.book_change(
            donation,
            {Purpose.DISPUTES: after - before},
            entry,
            kind=TransactionKind.DISPUTE if entry.gross.minor < 0 else TransactionKind.DISPUTE_RETURNED,
            cause=dispute.pk,
            fees=Purpose.DISPUTE_FEES,
            at=at,
        )


def _has(dispute: Dispute, entries: Sequence[BalanceEntry]) -> int:
    """Return how much of the gift the bank has after these entries, minor units of the gift's currency.

    After a conversion the first withdrawal stands for the whole dispute, and what follows for its part of that.
    """
    moved = -sum(entry.gross.minor for entry in entries)
    if not entries or entries[0].gross.currency == dispute.currency:
        return moved
    first = abs(entries[0].gross.minor)
    return (2 * dispute.amount_minor * moved + first) // (2 * first)


def _close(donation: Donation, dispute: Dispute, entries: Sequence[BalanceEntry], *, at: datetime) -> None:
    """Let what the bank still has of a dispute that is decided stand as lost, and nothing of it as held back."""
    sums = dict(
        posted()
        .filter(transaction__cause=dispute.pk, account__purpose__in=(Purpose.DISPUTES, Purpose.LOSSES))
        .values_list("account__purpose")
        .annotate(total=Sum("minor"))
        .order_by()
    )
    contested = sums.get(Purpose.DISPUTES, 0)
    if not contested:
        return
    booking.book_shift(
        donation,
        {Purpose.DISPUTES: -contested, Purpose.LOSSES: contested},
        kind=TransactionKind.DISPUTE_CLOSED,
        ref=f"{dispute.stripe_dispute}:closed:{len(entries)}",
        cause=dispute.pk,
        occurred_at=at,
        at=at,
    )
