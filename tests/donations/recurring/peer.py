"""A peer for recurring gifts: it remembers by idempotency key, as Stripe does, and outlives whoever asked."""

from dataclasses import dataclass, field, replace

from donations.gateway import GatewayError, NotFoundError, RequestRefusedError, SubscriptionFacts
from donations.models import Donation, RecurringGift
from tests.factories.recurring import BEGAN, page_of, subscribed


@dataclass
class Peer:
    """What it was asked, in order, and how the gift stands there. `away` is raised instead of an answer."""

    gift: RecurringGift
    asked: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    facts: SubscriptionFacts | None = None
    away: GatewayError | None = None
    page: str = "complete"

    def __post_init__(self) -> None:
        self.facts = self.facts or subscribed(self.gift)

    def subscription(self, subscription_id):
        return self._answer()

    def pause(self, subscription_id, *, idempotency_key, resumes_at=None):
        return self._once("pause", idempotency_key, paused=True)

    def resume(self, subscription_id, *, idempotency_key):
        return self._once("resume", idempotency_key, paused=False)

    def change_amount(self, subscription_id, *, amount, idempotency_key):
        return self._once(f"amount {amount.minor}", idempotency_key, amount=amount)

    def cancel(self, subscription_id, *, idempotency_key, at_period_end=False):
        if self.facts.ended_at:
            raise NotFoundError("It has ended.", code="resource_missing")
        return self._once("cancel", idempotency_key, status="canceled", ended_at=BEGAN, why_ended="asked")

    def forget_customer(self, customer):
        self._once("forget", customer, status="canceled", ended_at=self.facts.ended_at or BEGAN, why_ended="asked")

    def expire_checkout(self, session_id):
        if self.page == "complete":
            raise RequestRefusedError("It is not open.")
        self.asked.append("expire")
        self.page = "expired"
        return self.checkout(session_id)

    def checkout(self, session_id):
        first = Donation.objects.get(checkout_session=session_id)
        if self.page == "complete":
            return page_of(first)
        empty = {"payment_intent": "", "charge": "", "entries": (), "payment_status": "unpaid"}
        return replace(page_of(first), status=self.page, subscription="", customer="", invoice="", **empty)

    def _once(self, what, key, **facts):
        if self.away:
            raise self.away
        if self.facts.ended_at and what not in ("cancel", "forget"):
            raise NotFoundError("It has ended.", code="resource_missing")
        if key not in self.keys:
            self.keys.add(key)
            self.asked.append(what)
            self.facts = replace(self.facts, **facts)
        return self.facts

    def _answer(self):
        if self.away:
            raise self.away
        return self.facts
