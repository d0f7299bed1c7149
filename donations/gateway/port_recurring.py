"""What the rest of the house may ask of a payment provider about gifts that come again."""

from datetime import datetime
from typing import Protocol

from donations.gateway.facts import CheckoutOpened, Interval, InvoiceFacts, PortalOpened, SubscriptionFacts
from kernel.money import Money


class RecurringGateway(Protocol):
    """Every call may raise a GatewayError; its `retry` says if the same again can help. Never call in a transaction."""

    def open_recurring_checkout(
        self,
        *,
        reference: str,
        amount: Money,
        every: Interval,
        product: str,
        success_url: str,
        cancel_url: str,
        idempotency_key: str,
        locale: str = "en",
        expires_at: datetime | None = None,
    ) -> CheckoutOpened:
        """Open a page where a gift of `amount` a month or a year begins. As `open_checkout` for the rest.

        `reference` goes with the subscription, so that every invoice names it, and with the customer, so that every
        try on the page does: there is one, without name or address, from then on, paid or not (`forget_customer`).
        """
        ...

    def subscription(self, subscription_id: str) -> SubscriptionFacts:
        """Return what is known about a recurring gift now. Raises NotFoundError."""
        ...

    def change_amount(self, subscription_id: str, *, amount: Money, idempotency_key: str) -> SubscriptionFacts:
        """Let it be `amount` from the next instalment on; nothing is charged or given back now.

        Raises RequestRefusedError for another currency, or when it has ended.
        """
        ...

    def pause(
        self, subscription_id: str, *, idempotency_key: str, resumes_at: datetime | None = None
    ) -> SubscriptionFacts:
        """Collect nothing from now on, until `resumes_at` or `resume`; instalments that fall in between are void."""
        ...

    def resume(self, subscription_id: str, *, idempotency_key: str) -> SubscriptionFacts:
        """Collect again, from the next instalment on."""
        ...

    def cancel(self, subscription_id: str, *, idempotency_key: str, at_period_end: bool = False) -> SubscriptionFacts:
        """End it now, or with the period that is paid. Raises NotFoundError when it has ended already."""
        ...

    def invoice(self, invoice_id: str) -> InvoiceFacts:
        """Return what is known about an instalment now. Raises NotFoundError."""
        ...

    def open_portal(
        self, *, customer: str, return_url: str, locale: str = "en", for_card: bool = False
    ) -> PortalOpened:
        """Open a page where the donor changes their card or ends their gift; `for_card`: the card alone, then back."""
        ...

    def forget_customer(self, customer: str) -> None:
        """Delete the customer at Stripe with name, mail and card; what renews ends. One that is gone is no error."""
        ...
