"""PaymentGateway over the pinned Stripe SDK."""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import stripe

from donations.gateway import reading, reading_gifts
from donations.gateway.amounts import to_stripe
from donations.gateway.errors import StripeFaultError
from donations.gateway.facts import ChargeFacts, CheckoutFacts, CheckoutOpened, EventFacts, RefundFacts
from donations.gateway.pin import API_VERSION
from donations.gateway.signature import check_signature
from donations.gateway.stripe_books import BooksAtStripe
from donations.gateway.stripe_connections import StripeConnections
from donations.gateway.stripe_errors import in_our_words
from donations.gateway.stripe_recurring import RecurringAtStripe
from kernel.money import Money

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams
    from stripe.params.v2.core import EventListParams

# below WARNING the SDK logs addresses and answers, and what donors typed is in those
logging.getLogger("stripe").setLevel(logging.WARNING)

# a Stripe that hangs is given up before whoever asks is: the worker's claims, leases and tasks last a minute
CONNECT_SECONDS, READ_SECONDS, RETRIES = 5, 15, 1
_CHECKOUT_EXPAND = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.failure_balance_transaction",
]
_EXPANDED = "?" + urlencode([("expand[]", part) for part in _CHECKOUT_EXPAND])
_WE = f"Stripe/v1 PythonBindings/{stripe.VERSION}"
_REFUND_EXPAND = ["balance_transaction", "failure_balance_transaction"]


class StripeGateway(RecurringAtStripe, BooksAtStripe):
    """Talks to Stripe at `api_base` ("" for api.stripe.com) with one key; verifies deliveries with any secret."""

    def __init__(self, *, api_key: str, api_base: str = "", webhook_secrets: Sequence[str] = ()) -> None:
        stripe.enable_telemetry = False
        self._secrets = tuple(secret for secret in webhook_secrets if secret.strip())
        base = api_base.rstrip("/")
        elsewhere = base not in {"", stripe.DEFAULT_API_BASE}
        self._connections = StripeConnections(
            base or stripe.DEFAULT_API_BASE,
            connect=CONNECT_SECONDS,
            read=READ_SECONDS,
            headers={"Authorization": f"Bearer {api_key}", "Stripe-Version": API_VERSION, "User-Agent": _WE},
        )
        self._client = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base, "connect": base, "files": base, "meter_events": base} if elsewhere else {},
            max_network_retries=RETRIES,
            http_client=self._connections,
        )

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
        """Open a hosted page; see PaymentGateway."""
        params: SessionCreateParams = {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "submit_type": "donate",
            "adaptive_pricing": {"enabled": False},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": amount.currency.lower(),
                        "unit_amount": to_stripe(amount),
                        "product_data": {"name": product},
                    },
                }
            ],
            "client_reference_id": reference,
            "metadata": {"reference": reference},
            # captured at once: an asynchronous capture writes the balance transaction some time after `completed`
            "payment_intent_data": {"capture_method": "automatic", "metadata": {"reference": reference}},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "locale": locale,
        }
        if expires_at:
            params["expires_at"] = int(expires_at.timestamp())
        with in_our_words():
            session = self._client.v1.checkout.sessions.create(params, {"idempotency_key": idempotency_key})
        return reading.opened(session.to_dict())

    def checkout(self, session_id: str) -> CheckoutFacts:
        """Fetch a session with its payment, charge and balance transactions in one request.

        It is what the worker asks most, so it is looked up past the SDK and read as it came. What is not simply there
        the SDK is asked for, which knows what may be repeated and names what is wrong.
        """
        path = f"/v1/checkout/sessions/{quote(session_id, safe='')}"
        with in_our_words():
            body = self._connections.find(session_id, path + _EXPANDED)
            if body is None:
                answer = self._client.raw_request("get", path, expand=_CHECKOUT_EXPAND, max_network_retries=RETRIES - 1)
                body = answer.data
        if not isinstance(body, dict) or body.get("id") != session_id:
            raise StripeFaultError("Stripe's answer is not the page that was asked for.")
        facts = reading.checkout(body)
        return reading_gifts.begun(facts, self.invoice(facts.invoice)) if facts.invoice else facts

    def expire_checkout(self, session_id: str) -> CheckoutFacts:
        """Expire an open session."""
        with in_our_words():
            session = self._client.v1.checkout.sessions.expire(session_id, {"expand": _CHECKOUT_EXPAND})
        return reading.checkout(session.to_dict())

    def refund(
        self, *, reference: str, payment_intent: str, amount: Money, idempotency_key: str, reason: str = ""
    ) -> RefundFacts:
        """Create a refund; see PaymentGateway."""
        params: RefundCreateParams = {
            "payment_intent": payment_intent,
            "amount": to_stripe(amount),
            "metadata": {"reference": reference},
            "expand": _REFUND_EXPAND,
        }
        if reason:
            params["reason"] = reason
        with in_our_words():
            refund = self._client.v1.refunds.create(params, {"idempotency_key": idempotency_key})
        return reading.refund(refund.to_dict())

    def refund_facts(self, refund_id: str) -> RefundFacts:
        """Fetch a refund with its balance transactions."""
        with in_our_words():
            refund = self._client.v1.refunds.retrieve(refund_id, {"expand": _REFUND_EXPAND})
        return reading.refund(refund.to_dict())

    def charge(self, charge_id: str) -> ChargeFacts:
        """Fetch one try to pay."""
        with in_our_words():
            charge = self._client.v1.charges.retrieve(charge_id, {"expand": ["customer"]})
        return reading.charge(charge.to_dict())

    def events_since(self, at: datetime, *, types: Sequence[str] = ()) -> Iterator[EventFacts]:
        """Page through the thin events, whose ids are those of thin deliveries."""
        params: EventListParams = {
            "created": {"gte": at.astimezone(UTC).isoformat().replace("+00:00", "Z")},
            "limit": 100,
        }
        if types:
            params["types"] = [f"v1.{one}" for one in types]
        with in_our_words():
            for event in self._client.v2.core.events.list(params).auto_paging_iter():
                yield reading.event(event.to_dict())

    def verify(self, payload: bytes, signature_header: str, at: datetime) -> EventFacts:
        """Check signature and time against every secret, then read the event."""
        check_signature(payload, signature_header, secrets=self._secrets, at=at)
        return reading.delivery(payload)
