"""What the rest of the house may ask of a payment provider."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from donations.gateway.facts import ChargeFacts, CheckoutFacts, CheckoutOpened, EventFacts, RefundFacts
from donations.gateway.port_books import BooksGateway
from donations.gateway.port_recurring import RecurringGateway
from kernel.money import Money


class PaymentGateway(RecurringGateway, BooksGateway, Protocol):
    """Every call may raise a GatewayError; its `retry` says if the same again can help. Never call in a transaction."""

    def open_checkout(
        self,
        *,
        reference: str,
        amount: Money,
        product: str,
        success_url: str,
        cancel_url: str,
        idempotency_key: str,
        locale: str = "en",
        expires_at: datetime | None = None,
    ) -> CheckoutOpened:
        """Open a page where `amount` can be paid once. Safe to repeat with the same key and the same words.

        `reference` is our opaque id, the only thing about the donation Stripe is told. `product` is what the donor
        reads there. `{CHECKOUT_SESSION_ID}` in `success_url` is filled in. `expires_at`: 30 minutes
        to 24 hours from now.
        """
        ...

    def checkout(self, session_id: str) -> CheckoutFacts:
        """Return what is known about a session now. Raises NotFoundError."""
        ...

    def expire_checkout(self, session_id: str) -> CheckoutFacts:
        """Close an open page for good. Raises RequestRefusedError if it is not open."""
        ...

    def refund(
        self, *, reference: str, payment_intent: str, amount: Money, idempotency_key: str, reason: str = ""
    ) -> RefundFacts:
        """Send `amount` back; `reason` is Stripe's word or "". Raises RequestRefusedError."""
        ...

    def refund_facts(self, refund_id: str) -> RefundFacts:
        """Return what is known about a refund now. Raises NotFoundError."""
        ...

    def charge(self, charge_id: str) -> ChargeFacts:
        """Return whether a try to pay failed, and of which donation it was. Raises NotFoundError."""
        ...

    def events_since(self, at: datetime, *, types: Sequence[str] = ()) -> Iterator[EventFacts]:
        """Yield the events created at or after `at`, newest first, page by page. `types` carry no version prefix."""
        ...

    def verify(self, payload: bytes, signature_header: str, at: datetime) -> EventFacts:
        """Return the event of a delivery, thin or snapshot, once its signature holds. Raises WebhookRefusedError."""
        ...
