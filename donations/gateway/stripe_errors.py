"""What the SDK raises, in our words."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe

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


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise what the SDK raises as a GatewayError of ours."""
    try:
        yield
    except stripe.StripeError as error:
        # the SDK's error holds the whole answer, which no log shall have
        raise _translated(error) from None
    except UnicodeDecodeError:  # of the SDK's, which shall be quoted as little
        raise StripeFaultError("Stripe's answer is no text.") from None


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
