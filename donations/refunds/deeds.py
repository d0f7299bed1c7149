"""Asking for a refund, sending it, and applying what Stripe says of it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from donations.gateway import GatewayError, PaymentGateway, RefundFacts, gateway
from donations.giving import booking
from donations.giving.amounts import check_step
from donations.giving.models import Donation
from donations.giving.settle import NotYetError
from donations.giving.states import DonationStatus
from donations.ledger.limits import check_second, takes_two
from donations.ledger.models import Purpose, TransactionKind
from donations.ledger.queries import posted
from donations.refunds.models import Refund, RefundMove, RefundReason, RefundStatus
from kernel import audit, outbox, states
from kernel.ids import new_id
from kernel.money import Money
from kernel.states import Refusal

SEND = "donations.send_refund"
SENT_BACK = "donations.sent_back"  # a donor who left an address is told
SYSTEM = "system"
DROPPED = "dropped"  # the failure of a refund that a second person did not agree to
LEASE = timedelta(seconds=60)
# Stripe forgets idempotency keys after 24 hours: the same request would then send the money a second time
KEY_KEPT = timedelta(hours=23)
# Stripe has words of its own; what it has none for is told as the donor's wish
_STRIPE_REASONS = {RefundReason.DUPLICATE: "duplicate", RefundReason.FRAUDULENT: "fraudulent"}


class RefundMismatchError(Exception):
    """Stripe's refund does not agree with what we asked, or belongs to no donation of ours. A person must look."""

    code = "refund_mismatch"


@transaction.atomic
def request_refund(donation: Donation, *, reason: str, by: str, at: datetime, amount: Money | None = None) -> Refund:
    """Write a pending refund of `amount`, or of all that is left, and promise to send it.

    Above the limit it is sent only once a second person agrees (`agree_to_refund`); what goes back of one donation in
    parts that nobody agreed to counts together.
    `reason` is a value of RefundReason except `dashboard`. Raises Refusal `illegal_transition` unless paid,
    `refund_exceeds` (fact `left`, minor units), `refund_currency`, `amount_too_small`, `amount_step`, `unknown_reason`.
    """
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    if reason not in set(RefundReason.values) - {RefundReason.DASHBOARD}:
        raise Refusal("unknown_reason", _("Choose one of the reasons for a refund."), "reason")
    if held.status != DonationStatus.PAID:
        raise Refusal(
            "illegal_transition",
            _("Only a paid donation can be refunded: this one stands at “%(state)s”.")
            % {"state": held.get_status_display()},
            state=held.status,
            legal=list(held.moves.legal(held.status)),
        )
    left = refundable(held)
    amount = left if amount is None else amount
    if amount.currency != held.currency:
        raise Refusal(
            "refund_currency",
            _("This donation was paid in %(currency)s: refund it in that currency.") % {"currency": held.currency},
            "amount",
        )
    if not left:
        raise Refusal("refund_exceeds", _("All of this donation has been refunded already."), "amount", left=0)
    if amount.minor < 1:
        raise Refusal("amount_too_small", _("A refund is more than nothing."), "amount")
    if amount > left:
        raise Refusal(
            "refund_exceeds",
            _("Only %(left)s of this donation is left to refund.") % {"left": left},
            "amount",
            left=left.minor,
        )
    check_step(amount)
    refund = _write(held, amount, reason=reason, by=by, at=at, takes_two=takes_two(amount + _unagreed(held)))
    audit.record(by, "refund.request", refund.pk, reason=reason, at=at)
    if not refund.takes_two:
        outbox.enqueue(SEND, refund.pk)
    return refund


@transaction.atomic
def agree_to_refund(refund: Refund, *, by: str, at: datetime) -> Refund:
    """Let a refund go that waits for a second person. Raises Refusal `second_person_needed`, `illegal_transition`."""
    held = _waiting(refund)
    check_second(asked_by=held.asked_by, by=by)
    Refund.objects.filter(pk=held.pk).update(agreed_by=by, agreed_at=at, updated_at=at)
    held.agreed_by, held.agreed_at, held.updated_at = by, at, at
    audit.record(by, "refund.agree", held.pk, at=at)
    outbox.enqueue(SEND, held.pk)
    return held


@transaction.atomic
def drop_refund(refund: Refund, *, by: str, at: datetime) -> Refund:
    """Let go of a refund that waits for a second person; the one who asked may. Raises Refusal `illegal_transition`."""
    held = _waiting(refund)
    states.move(held, to=RefundStatus.FAILED, by=by, at=at, why=DROPPED, also={"failure": DROPPED})
    audit.record(by, "refund.drop", held.pk, at=at)
    return held


def _waiting(refund: Refund) -> Refund:
    """Return the refund under its lock. Raises Refusal unless it waits for a second person."""
    held = Refund.objects.select_for_update().get(pk=refund.pk)
    if not held.waits:
        raise Refusal("illegal_transition", _("This refund does not wait for anybody."), state=held.status, legal=[])
    return held


def refundable(donation: Donation) -> Money:
    """Return what may still be refunded: the total less every refund that did not fail, less what a bank took."""
    asked = donation.refunds.exclude(status=RefundStatus.FAILED).aggregate(total=Sum("amount_minor"))["total"] or 0
    bounced = Q(account__purpose=Purpose.REFUNDS, transaction__kind=TransactionKind.PAYMENT_REVERSED)
    disputed = Q(account__purpose__in=(Purpose.DISPUTES, Purpose.LOSSES))
    gone = posted().filter(bounced | disputed, transaction__subject=donation.pk)
    back = gone.aggregate(total=Sum("minor"))["total"] or 0
    return Money(max(donation.total_minor - asked - back, 0), donation.currency)


def _unagreed(donation: Donation) -> Money:
    """Return what of a donation was sent back on one person's word: a large refund in small parts is a large refund."""
    alone = donation.refunds.filter(takes_two=False).exclude(reason=RefundReason.DASHBOARD)
    sent = alone.exclude(status=RefundStatus.FAILED).aggregate(total=Sum("amount_minor", default=0))["total"]
    return Money(sent, donation.currency)


def _write(
    donation: Donation,
    amount: Money,
    *,
    reason: str,
    by: str,
    at: datetime,
    stripe: str | None = None,
    takes_two: bool = False,
) -> Refund:
    refund = Refund.objects.create(
        donation=donation,
        amount_minor=amount.minor,
        currency=amount.currency,
        reason=reason,
        asked_by=by,
        takes_two=takes_two,
        idempotency_key=new_id("ik"),
        stripe_refund=stripe,
        created_at=at,
        updated_at=at,
    )
    RefundMove.objects.create(refund=refund, new=RefundStatus.PENDING, by=by, at=at)
    return refund


def send_refund(refund: Refund, *, at: datetime, via: PaymentGateway | None = None) -> Refund:
    """Ask Stripe for a pending refund and apply its answer. Call it outside a transaction; repeat it for 23 hours.

    Raises the GatewayError when trying again can help; any other refusal of Stripe makes the refund `failed`.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    agreed = Q(takes_two=False) | ~Q(agreed_by="")
    mine = Refund.objects.filter(free, agreed, pk=refund.pk, status=RefundStatus.PENDING, stripe_refund=None)
    if not mine.update(lease_until=at + LEASE):
        refund.refresh_from_db()
        return refund
    if at - sendable_since(refund) > KEY_KEPT:
        return _give_up(refund, "too_late", at=at)
    donation = refund.donation
    try:
        facts = (via or gateway()).refund(
            reference=refund.pk,
            payment_intent=donation.payment_intent or "",
            amount=refund.amount,
            idempotency_key=refund.idempotency_key,
            reason=_STRIPE_REASONS.get(RefundReason(refund.reason), "requested_by_customer"),
        )
    except GatewayError as error:
        Refund.objects.filter(pk=refund.pk, lease_until=at + LEASE).update(lease_until=None)
        if error.retry:
            raise
        return _give_up(refund, error.code or "refused", at=at)
    return apply_refund(facts, at=at) or refund


def sendable_since(refund: Refund) -> datetime:
    """Return from when on Stripe may have been asked for it: where it takes two, since the second agreed."""
    return refund.agreed_at or refund.created_at


@transaction.atomic
def _give_up(refund: Refund, code: str, *, at: datetime) -> Refund:
    held = Refund.objects.select_for_update().get(pk=refund.pk)
    if held.status == RefundStatus.PENDING:
        states.move(held, to=RefundStatus.FAILED, by=SYSTEM, at=at, why=code[:40], also={"failure": code[:40]})
        audit.record(SYSTEM, "refund.failed", held.pk, at=at)
    return held


def donation_of(facts: RefundFacts) -> Donation | None:
    """Return the donation a refund of Stripe's belongs to; None when the payment is not ours."""
    return Donation.objects.filter(payment_intent=facts.payment_intent).first() if facts.payment_intent else None


@transaction.atomic
def apply_refund(facts: RefundFacts, *, at: datetime) -> Refund | None:
    """Apply what Stripe says of a refund, ours or one made in its dashboard; None when the payment is not ours.

    The ledger follows the balance: what left is booked, what came back is booked as reversed, each once.
    Raises NotYetError while the donation itself is not booked, RefundMismatchError.
    """
    donation = donation_of(facts)
    if donation is None:
        return None
    held = Donation.objects.select_for_update().get(pk=donation.pk)
    if held.status != DonationStatus.PAID:
        raise NotYetError
    refund = _ours(held, facts, at)
    if facts.entry:
        booking.book_return(held, refund.amount, facts.entry, kind=TransactionKind.REFUND, at=at, cause=refund.pk)
    if facts.failure_entry:
        booking.book_return_reversed(held, facts.failure_entry, cause=refund.pk, at=at)
    if facts.status == "failed" and facts.entry and not facts.failure_entry:
        raise NotYetError
    to = {"succeeded": RefundStatus.SUCCEEDED, "failed": RefundStatus.FAILED, "canceled": RefundStatus.FAILED}.get(
        facts.status
    )
    if to and to in refund.moves.legal(refund.status):
        failure = facts.failure_reason[:40] if to == RefundStatus.FAILED else ""
        tells = to == RefundStatus.SUCCEEDED or refund.status == RefundStatus.SUCCEEDED
        states.move(refund, to=to, by=SYSTEM, at=at, why=failure, also={"failure": failure})
        if tells and (held.wants_receipt or held.recurring_id):
            outbox.enqueue(SENT_BACK, refund.pk)
        audit.record(SYSTEM, f"refund.{to}", refund.pk, at=at)
    Donation.objects.filter(pk=held.pk).update(updated_at=at)
    return refund


def _ours(donation: Donation, facts: RefundFacts, at: datetime) -> Refund:
    """Return our row of Stripe's refund, written now if it was made in the dashboard.

    And if it was given up here before Stripe said anything: that row stays failed, no state is ever taken back.
    """
    asked = Refund.objects.filter(pk=facts.reference or "-").first()
    known = Refund.objects.filter(stripe_refund=facts.id).first() or asked
    lost = known is not None and known.status == RefundStatus.FAILED and known.stripe_refund is None
    if known is None or (lost and known.donation_id == donation.pk):
        if facts.amount.currency != donation.currency or facts.amount.minor > donation.total_minor:
            raise RefundMismatchError
        reason = known.reason if known else RefundReason.DASHBOARD
        known = _write(donation, facts.amount, reason=reason, by=SYSTEM, at=at, stripe=facts.id)
        audit.record(SYSTEM, "refund.seen", known.pk, at=at)
    if known.donation_id != donation.pk or known.stripe_refund not in (None, facts.id) or known.amount != facts.amount:
        raise RefundMismatchError
    if facts.entry and not booking.agrees(known.amount, facts.entry):
        raise RefundMismatchError
    if known.stripe_refund is None:
        Refund.objects.filter(pk=known.pk).update(stripe_refund=facts.id, lease_until=None)
        known.stripe_refund = facts.id
    return known
