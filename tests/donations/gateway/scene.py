"""What the tests of the gateway do over and over."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from donations.gateway import CheckoutOpened, EventFacts, PaymentGateway
from kernel.ids import new_id
from kernel.money import Money
from tests.sandbox_server import SandboxPeer

SECRET = "whsec_current"


@dataclass
class Endpoint:
    """An HTTP endpoint that keeps what it is sent and answers with `status`."""

    url: str
    status: int = 200
    received: list[tuple[bytes, str]] = field(default_factory=list)

    def facts(self, desk: PaymentGateway) -> list[EventFacts]:
        """Return what was received, verified."""
        return [desk.verify(body, header, datetime.now(UTC)) for body, header in list(self.received)]


def open_checkout(desk: PaymentGateway, **traits: Any) -> CheckoutOpened:
    """Open a page to pay 25 euros on, or what `traits` say."""
    words: dict[str, Any] = {
        "reference": new_id("dn"),
        "amount": Money(2500, "EUR"),
        "product": "Gift",
        "success_url": "http://127.0.0.1:9/thanks/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/give/",
        "idempotency_key": new_id("key"),
        **traits,
    }
    return desk.open_checkout(**words)


def begin_monthly(desk: PaymentGateway, peer: SandboxPeer, card: str = "4242424242424242", **traits: Any) -> str:
    """Begin a gift of 10 euros a month, or what `traits` say; returns the subscription's id."""
    words: dict[str, Any] = {
        "reference": new_id("rg"),
        "amount": Money(1000, "EUR"),
        "every": "month",
        "product": "Gift",
        "success_url": "http://127.0.0.1:9/thanks/",
        "cancel_url": "http://127.0.0.1:9/give/",
        "idempotency_key": new_id("key"),
        **traits,
    }
    opened = desk.open_recurring_checkout(**words)
    if peer.pay(opened.url, card).endswith("/challenge"):
        peer.authenticate(opened.url)
    return desk.checkout(opened.id).subscription


def pay(desk: PaymentGateway, peer: SandboxPeer, card: str = "4242424242424242", **traits: Any) -> CheckoutOpened:
    """Open a page and pay it."""
    opened = open_checkout(desk, **traits)
    peer.pay(opened.url, card)
    return opened


def eventually(found: Callable[[], bool], *, within: float = 10.0) -> None:
    """Wait until `found` says yes."""
    until = time.monotonic() + within
    while not found():
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(0.02)
