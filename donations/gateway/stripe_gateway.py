"""PaymentGateway over the pinned Stripe SDK."""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import stripe

from donations.gateway import reading
from donations.gateway.amounts import to_stripe
from donations.gateway.errors import (
    BusyError,
    GatewayError,
    KeyReusedError,
    NotFoundError,
    RequestRefusedError,
    StripeFaultError,
    UnauthorisedError,
    UnreachableError,
)
from donations.gateway.facts import CheckoutFacts, CheckoutOpened, EventFacts, RefundFacts
from donations.gateway.pin import API_VERSION
from donations.gateway.signature import check_signature
from kernel.money import Money

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams
    from stripe.params.v2.core import EventListParams

# below WARNING the SDK logs addresses and answers, and what donors typed is in those
logging.getLogger("stripe").setLevel(logging.WARNING)

CONNECT_SECONDS, READ_SECONDS, RETRIES = 5, 20, 2
_CHECKOUT_EXPAND = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.failure_balance_transaction",
]
_REFUND_EXPAND = ["balance_transaction", "failure_balance_transaction"]


class StripeGateway:
    """Talks to Stripe at `api_base` ("" for api.stripe.com) with one key; verifies deliveries with any secret."""

    def __init__(self, *, api_key: str, api_base: str = "", webhook_secrets: Sequence[str] = ()) -> None:
        stripe.enable_telemetry = False
        self._secrets = tuple(secret for secret in webhook_secrets if secret.strip())
        base = api_base.rstrip("/")
        elsewhere = base not in {"", stripe.DEFAULT_API_BASE}
        self._client = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base, "connect": base, "files": base, "meter_events": base} if elsewhere else {},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
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
        with _in_our_words():
            session = self._client.v1.checkout.sessions.create(params, {"idempotency_key": idempotency_key})
        return reading.opened(session.to_dict())

    def checkout(self, session_id: str) -> CheckoutFacts:
        """Fetch a session with its payment, charge and balance transactions in one request."""
        with _in_our_words():
            session = self._client.v1.checkout.sessions.retrieve(session_id, {"expand": _CHECKOUT_EXPAND})
        return reading.checkout(session.to_dict())

    def expire_checkout(self, session_id: str) -> CheckoutFacts:
        """Expire an open session."""
        with _in_our_words():
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
        with _in_our_words():
            refund = self._client.v1.refunds.create(params, {"idempotency_key": idempotency_key})
        return reading.refund(refund.to_dict())

    def refund_facts(self, refund_id: str) -> RefundFacts:
        """Fetch a refund with its balance transactions."""
        with _in_our_words():
            refund = self._client.v1.refunds.retrieve(refund_id, {"expand": _REFUND_EXPAND})
        return reading.refund(refund.to_dict())

    def events_since(self, at: datetime, *, types: Sequence[str] = ()) -> Iterator[EventFacts]:
        """Page through the thin events, whose ids are those of thin deliveries."""
        params: EventListParams = {
            "created": {"gte": at.astimezone(UTC).isoformat().replace("+00:00", "Z")},
            "limit": 100,
        }
        if types:
            params["types"] = [f"v1.{one}" for one in types]
        with _in_our_words():
            for event in self._client.v2.core.events.list(params).auto_paging_iter():
                yield reading.event(event.to_dict())

    def verify(self, payload: bytes, signature_header: str, at: datetime) -> EventFacts:
        """Check signature and time against every secret, then read the event."""
        check_signature(payload, signature_header, secrets=self._secrets, at=at)
        return reading.delivery(payload)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Raise what the SDK raises as a GatewayError of ours."""
    try:
        yield
    except stripe.StripeError as error:
        # the SDK's error holds the whole answer, which no log shall have
        raise _translated(error) from None


_BY_CLASS: Mapping[type[stripe.StripeError], tuple[type[GatewayError], str]] = {
    stripe.APIConnectionError: (UnreachableError, "Stripe did not answer."),
    stripe.RateLimitError: (BusyError, "Stripe asks us to slow down."),
    stripe.AuthenticationError: (UnauthorisedError, "Stripe does not accept the API key."),
    stripe.PermissionError: (UnauthorisedError, "The API key may not do this."),
    stripe.IdempotencyError: (KeyReusedError, "The idempotency key was used for a different request."),
}


def _translated(error: stripe.StripeError) -> GatewayError:
    facts: dict[str, Any] = {
        "code": error.code or _code_in(error.http_body),
        "param": getattr(error, "param", None) or "",
        "request_id": error.request_id or "",
    }
    for kind, (ours, sentence) in _BY_CLASS.items():
        if isinstance(error, kind):
            return ours(sentence, **facts)
    status = error.http_status or 0
    if status == 409:
        return BusyError("Stripe is still working on a request with this key.", **facts)
    if status >= 500:
        return StripeFaultError("Stripe failed on its side.", **facts)
    if status == 404 or facts["code"] == "resource_missing":
        return NotFoundError("Stripe knows no such object.", **facts)
    return RequestRefusedError("Stripe refused the request.", **facts)


def _code_in(body: str | None) -> str:
    """The SDK forgets the code on errors that are neither of a card nor of a parameter."""
    try:
        return str(json.loads(body or "{}")["error"].get("code") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
