"""What each kind of event means. The object is fetched again: an event is a hint, never a fact."""

from datetime import datetime, timedelta

from donations.disputes.deeds import apply_dispute
from donations.gateway import CheckoutFacts, PaymentGateway
from donations.giving.breaker.counting import count_decline
from donations.giving.models import Donation
from donations.giving.settle import NotYetError
from donations.payouts.deeds import apply_payout
from donations.recurring.following import apply_page, apply_subscription
from donations.recurring.instalments import apply_invoice
from donations.refunds.deeds import apply_refund
from donations.webhooks.models import EventState, InboxEvent

# what Stripe is asked to send us, and what the sweep lists
CHECKOUT_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed")
DECLINE_EVENTS = ("charge.failed",)
DISPUTE_EVENTS = tuple(
    f"charge.dispute.{what}" for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
PAYOUT_EVENTS = ("payout.created", "payout.updated", "payout.paid", "payout.failed", "payout.canceled")
RECURRING_EVENTS = tuple(f"customer.subscription.{what}" for what in ("created", "updated", "deleted"))
INVOICE_EVENTS = ("invoice.paid", "invoice.payment_failed", "invoice.payment_action_required")
EVENTS = (
    *CHECKOUT_EVENTS,
    *REFUND_EVENTS,
    *DISPUTE_EVENTS,
    *PAYOUT_EVENTS,
    *DECLINE_EVENTS,
    *RECURRING_EVENTS,
    *INVOICE_EVENTS,
)
# a refund or dispute of a payment we do not know may have overtaken it; after the sweep it is somebody else's
OVERTAKEN = timedelta(minutes=30)


def handle(
    event: InboxEvent, *, stripe: PaymentGateway, at: datetime, page: CheckoutFacts | Exception | None = None
) -> EventState:
    """Fetch what the event is about and apply it; return DONE, or IGNORED for what is not ours.

    `page` is the answer about a page that was asked for already, or how asking failed.

    Called outside any transaction. Raises GatewayError, NotYetError, RefundMismatchError, DisputeMismatchError,
    PayoutMismatchError; twice is harmless.
    """
    match event.type.split("."):
        case ["checkout", "session", *_]:  # a page was paid, is being paid, failed or ran out
            return _checkout(page or stripe.checkout(event.object_id), at)
        case ["refund", *_]:  # money goes back, or could not
            return _refund(event, stripe, at)
        case ["charge", "failed"]:  # a card was declined
            ours = count_decline(stripe.charge(event.object_id), stripe=stripe, at=at)
            return EventState.DONE if ours else EventState.IGNORED
        case ["charge", "dispute", *_]:  # a bank takes a payment back, asks about it, or has decided
            return _dispute(event, stripe, at)
        case ["customer", "subscription", *_]:  # a gift that comes again has begun, changed or ended
            gift = apply_subscription(stripe.subscription(event.object_id), asked_at=at, at=at)
            return EventState.DONE if gift else EventState.IGNORED
        case ["invoice", *_]:  # an instalment was paid, or could not be
            return EventState.DONE if apply_invoice(stripe.invoice(event.object_id), at=at) else EventState.IGNORED
        case ["payout", *_]:  # money goes to our bank, or comes back from there
            apply_payout(stripe.payout(event.object_id), at=at)
            return EventState.DONE
        case _:  # other charges and payment intents tell nothing that the above do not
            return EventState.IGNORED


def _checkout(facts: CheckoutFacts | Exception, at: datetime) -> EventState:
    if isinstance(facts, Exception):
        raise facts
    # by our reference or, should that have been tampered with, by the page we opened: then it shows as a mismatch
    donation = (
        Donation.objects.filter(checkout_session=facts.id).first()
        or Donation.objects.filter(pk=facts.client_reference_id).first()
    )
    if donation is None:
        return EventState.IGNORED
    apply_page(donation, facts=facts, at=at)
    return EventState.DONE


def _refund(event: InboxEvent, stripe: PaymentGateway, at: datetime) -> EventState:
    return _ours_or_later(event, apply_refund(stripe.refund_facts(event.object_id), at=at), at)


def _dispute(event: InboxEvent, stripe: PaymentGateway, at: datetime) -> EventState:
    return _ours_or_later(event, apply_dispute(stripe.dispute(event.object_id), at=at), at)


def _ours_or_later(event: InboxEvent, applied: object | None, at: datetime) -> EventState:
    if applied:
        return EventState.DONE
    if at - event.received_at < OVERTAKEN:
        raise NotYetError
    return EventState.IGNORED
