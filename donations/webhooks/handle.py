"""What each kind of event means. The object is fetched again: an event is a hint, never a fact."""

from datetime import datetime, timedelta

from donations.gateway import PaymentGateway
from donations.giving.breaker.counting import count_decline
from donations.giving.models import Donation
from donations.giving.settle import NotYetError, settle
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
EVENTS = CHECKOUT_EVENTS + REFUND_EVENTS + DECLINE_EVENTS
# a refund of a payment we do not know may have overtaken it; after the sweep has been round, it is somebody else's
OVERTAKEN = timedelta(minutes=30)


def handle(event: InboxEvent, *, stripe: PaymentGateway, at: datetime) -> EventState:
    """Fetch what the event is about and apply it; return DONE, or IGNORED for what is not ours.

    Called outside any transaction. Raises GatewayError, NotYetError, RefundMismatchError; twice is harmless.
    """
    match event.type.split("."):
        case ["checkout", "session", *_]:  # a page was paid, is being paid, failed or ran out
            return _checkout(event.object_id, stripe, at)
        case ["refund", *_]:  # money goes back, or could not
            return _refund(event, stripe, at)
        case ["charge", "failed"]:  # a card was declined
            ours = count_decline(stripe.charge(event.object_id), stripe=stripe, at=at)
            return EventState.DONE if ours else EventState.IGNORED
        case _:  # other charges and payment intents tell nothing that the above do not
            return EventState.IGNORED


def _checkout(session_id: str, stripe: PaymentGateway, at: datetime) -> EventState:
    facts = stripe.checkout(session_id)
    # by our reference or, should that have been tampered with, by the page we opened: then it shows as a mismatch
    donation = (
        Donation.objects.filter(checkout_session=facts.id).first()
        or Donation.objects.filter(pk=facts.client_reference_id).first()
    )
    if donation is None:
        return EventState.IGNORED
    settle(donation, facts=facts, at=at)
    return EventState.DONE


def _refund(event: InboxEvent, stripe: PaymentGateway, at: datetime) -> EventState:
    facts = stripe.refund_facts(event.object_id)
    if apply_refund(facts, at=at):
        return EventState.DONE
    if at - event.received_at < OVERTAKEN:
        raise NotYetError
    return EventState.IGNORED
