"""Gifts that come again, at Stripe: subscriptions, their invoices, the billing portal."""

from datetime import datetime
from typing import TYPE_CHECKING

import stripe

from donations.gateway import reading, reading_gifts
from donations.gateway.amounts import to_stripe
from donations.gateway.errors import NotFoundError, RequestRefusedError
from donations.gateway.facts import CheckoutOpened, Interval, InvoiceFacts, PortalOpened, SubscriptionFacts
from donations.gateway.stripe_errors import in_our_words
from kernel.money import Money

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams, SubscriptionUpdateParams
    from stripe.params.billing_portal import SessionCreateParams as PortalParams
    from stripe.params.checkout import SessionCreateParams

_SUBSCRIPTION_EXPAND = ["default_payment_method"]
_INTENT_EXPAND = ["latest_charge.balance_transaction", "latest_charge.failure_balance_transaction"]


class RecurringAtStripe:
    """The part of StripeGateway that RecurringGateway describes."""

    _client: stripe.StripeClient

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
        """Open a hosted page for a customer who is nobody yet; see RecurringGateway.

        A page of this kind takes no metadata for its payments, and what is tried on it belongs to no invoice: only by
        the customer does a declined card lead back to us.
        """
        nobody: CustomerCreateParams = {"metadata": {"reference": reference}}
        with in_our_words():
            made = self._client.v1.customers.create(nobody, {"idempotency_key": f"{idempotency_key}-customer"})
        params: SessionCreateParams = {
            "mode": "subscription",
            "customer": made.id,
            "ui_mode": "hosted_page",
            "adaptive_pricing": {"enabled": False},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": amount.currency.lower(),
                        "unit_amount": to_stripe(amount),
                        "product_data": {"name": product},
                        "recurring": {"interval": every},
                    },
                }
            ],
            "client_reference_id": reference,
            "metadata": {"reference": reference},
            "subscription_data": {"metadata": {"reference": reference}},
            "success_url": success_url,
            "cancel_url": cancel_url,
            "locale": locale,
        }
        if expires_at:
            params["expires_at"] = int(expires_at.timestamp())
        with in_our_words():
            session = self._client.v1.checkout.sessions.create(params, {"idempotency_key": idempotency_key})
        return reading.opened(session.to_dict())

    def subscription(self, subscription_id: str) -> SubscriptionFacts:
        """Fetch a subscription with its card."""
        with in_our_words():
            found = self._client.v1.subscriptions.retrieve(subscription_id, {"expand": _SUBSCRIPTION_EXPAND})
        return reading_gifts.subscription(found.to_dict())

    def change_amount(self, subscription_id: str, *, amount: Money, idempotency_key: str) -> SubscriptionFacts:
        """Give the one item another price."""
        with in_our_words():
            found = self._client.v1.subscriptions.retrieve(subscription_id).to_dict()
        item = found["items"]["data"][0]
        price, recurring = item["price"], item["price"]["recurring"]
        if price["currency"] != amount.currency.lower():
            raise RequestRefusedError("A recurring gift keeps its currency.", param="currency")
        return self._update(
            subscription_id,
            {
                "items": [
                    {
                        "id": item["id"],
                        "quantity": 1,
                        "price_data": {
                            "currency": price["currency"],
                            "product": reading.id_of(price["product"]),
                            "recurring": {
                                "interval": recurring["interval"],
                                "interval_count": recurring["interval_count"],
                            },
                            "unit_amount": to_stripe(amount),
                        },
                    }
                ],
                "proration_behavior": "none",
            },
            idempotency_key,
        )

    def pause(
        self, subscription_id: str, *, idempotency_key: str, resumes_at: datetime | None = None
    ) -> SubscriptionFacts:
        """Pause collection and void what falls due meanwhile, so that no debt is left."""
        if resumes_at is None:
            return self._update(subscription_id, {"pause_collection": {"behavior": "void"}}, idempotency_key)
        until = int(resumes_at.timestamp())
        return self._update(
            subscription_id, {"pause_collection": {"behavior": "void", "resumes_at": until}}, idempotency_key
        )

    def resume(self, subscription_id: str, *, idempotency_key: str) -> SubscriptionFacts:
        """Take the pause away."""
        return self._update(subscription_id, {"pause_collection": ""}, idempotency_key)

    def cancel(self, subscription_id: str, *, idempotency_key: str, at_period_end: bool = False) -> SubscriptionFacts:
        """End it, now or with its period."""
        if at_period_end:
            return self._update(subscription_id, {"cancel_at_period_end": True}, idempotency_key)
        with in_our_words():
            ended = self._client.v1.subscriptions.cancel(subscription_id, {"expand": _SUBSCRIPTION_EXPAND})
        return reading_gifts.subscription(ended.to_dict())

    def invoice(self, invoice_id: str) -> InvoiceFacts:
        """Fetch an invoice with its payments, then the intent that pays it with its charge."""
        with in_our_words():
            found = self._client.v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}).to_dict()
            intent_id, intent = reading_gifts.payment_of(found), {}
            if intent_id:
                intent = self._client.v1.payment_intents.retrieve(intent_id, {"expand": _INTENT_EXPAND}).to_dict()
        return reading_gifts.invoice(found, intent)

    def open_portal(
        self, *, customer: str, return_url: str, locale: str = "en", for_card: bool = False
    ) -> PortalOpened:
        """Open a portal session."""
        params: PortalParams = {"customer": customer, "return_url": return_url, "locale": locale}
        if for_card:
            params["flow_data"] = {
                "type": "payment_method_update",
                "after_completion": {"type": "redirect", "redirect": {"return_url": return_url}},
            }
        with in_our_words():
            session = self._client.v1.billing_portal.sessions.create(params)
        return PortalOpened(id=session.id, url=session.url)

    def forget_customer(self, customer: str) -> None:
        """Delete the customer."""
        try:
            with in_our_words():
                self._client.v1.customers.delete(customer)
        except NotFoundError:
            return

    def _update(self, subscription_id: str, params: "SubscriptionUpdateParams", key: str) -> SubscriptionFacts:
        params["expand"] = _SUBSCRIPTION_EXPAND
        with in_our_words():
            changed = self._client.v1.subscriptions.update(subscription_id, params, {"idempotency_key": key})
        return reading_gifts.subscription(changed.to_dict())
