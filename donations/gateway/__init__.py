"""The way to Stripe, and the only place that imports its SDK. No Django is imported here or above the sandbox."""

from donations.gateway.errors import (
    AmountRefusedError,
    BadSignatureError,
    BusyError,
    GatewayError,
    KeyReusedError,
    MalformedEventError,
    NoSecretError,
    NotFoundError,
    RequestRefusedError,
    StaleSignatureError,
    StripeFaultError,
    UnauthorisedError,
    UnreachableError,
    WebhookRefusedError,
)
from donations.gateway.factory import gateway
from donations.gateway.facts import (
    BalanceEntry,
    CheckoutFacts,
    CheckoutOpened,
    EventFacts,
    Interval,
    InvoiceFacts,
    PortalOpened,
    RefundFacts,
    SubscriptionFacts,
)
from donations.gateway.facts_books import BalanceFacts, DisputeFacts, PayoutFacts
from donations.gateway.port import PaymentGateway

__all__ = [
    "AmountRefusedError",
    "BadSignatureError",
    "BalanceEntry",
    "BalanceFacts",
    "BusyError",
    "CheckoutFacts",
    "CheckoutOpened",
    "DisputeFacts",
    "EventFacts",
    "GatewayError",
    "Interval",
    "InvoiceFacts",
    "KeyReusedError",
    "MalformedEventError",
    "NoSecretError",
    "NotFoundError",
    "PaymentGateway",
    "PayoutFacts",
    "PortalOpened",
    "RefundFacts",
    "RequestRefusedError",
    "StaleSignatureError",
    "StripeFaultError",
    "SubscriptionFacts",
    "UnauthorisedError",
    "UnreachableError",
    "WebhookRefusedError",
    "gateway",
]
