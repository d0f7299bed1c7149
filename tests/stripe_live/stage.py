"""What a scenario is given, and the little it does over and over."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from donations.gateway import CheckoutOpened
from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money

Found = TypeVar("Found")
CARD_ALONE: Any = {"enabled": True, "allow_redirects": "never"}


@dataclass(frozen=True)
class Stage:
    """The gateway at the sandbox or at Stripe.

    `hurry` lets happen at once what a bank takes its time for (Stripe itself cannot be hurried: it does nothing there);
    `patience` is how many seconds `eventually` waits. `run` makes the ids of one run its own.
    """

    desk: StripeGateway
    hurry: Callable[[], object]
    patience: float
    run: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def v1(self) -> Any:
        """The SDK's own services, for what the gateway leaves to pages and to Stripe's dashboard."""
        return self.desk._client.v1

    def key(self, name: str) -> str:
        """Return an idempotency key or a reference of this run."""
        return f"live_{self.run}_{name}"

    def open(self, name: str, **traits: Any) -> CheckoutOpened:
        """Open a page for a single gift."""
        words: dict[str, Any] = {
            "reference": self.key(name),
            "amount": Money(2500, "EUR"),
            "product": "Donation",
            "success_url": "https://example.org/thanks/",
            "cancel_url": "https://example.org/give/",
            "idempotency_key": self.key(name),
            **traits,
        }
        return self.desk.open_checkout(**words)

    def pay(self, card: str, amount: int = 2500, currency: str = "eur") -> Any:
        """Charge one of Stripe's named test cards; returns the payment intent with charge and entry expanded."""
        return self.v1.payment_intents.create(
            {
                "amount": amount,
                "currency": currency,
                "payment_method": card,
                "confirm": True,
                "automatic_payment_methods": CARD_ALONE,
                "capture_method": "automatic",
                "expand": ["latest_charge.balance_transaction"],
            }
        )

    def eventually(self, look: Callable[[], Found | None]) -> Found:
        """Look until something is there. Raises AssertionError when patience ends."""
        until = time.monotonic() + self.patience
        while True:
            self.hurry()
            found = look()
            if found:
                return found
            if time.monotonic() > until:
                raise AssertionError(f"It did not happen within {self.patience:g} seconds.")
            time.sleep(min(2.0, self.patience / 20))

    def now(self) -> datetime:
        """The machine's time, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)
