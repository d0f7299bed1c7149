"""Gifts that come again: by a test clock renewed, refused, paused, changed and ended; the billing portal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from donations.gateway import InvoiceFacts
from kernel.money import Money
from tests.stripe_live.stage import Stage


def a_page_for_each_month_is_opened(stage: Stage) -> None:
    """Open, with nothing begun yet."""
    key = stage.key("monthly")
    opened = stage.desk.open_recurring_checkout(
        reference=key,
        amount=Money(1000, "EUR"),
        every="month",
        product="Donation",
        success_url="https://example.org/thanks/",
        cancel_url="https://example.org/give/",
        idempotency_key=key,
    )
    facts = stage.desk.checkout(opened.id)
    assert (facts.status, facts.subscription, facts.client_reference_id) == ("open", "", key)
    stage.desk.expire_checkout(opened.id)


def a_gift_is_renewed_changed_paused_and_ended(stage: Stage) -> None:
    """A life of four months by a test clock."""
    clock, gift = _begun(stage, "life")
    assert stage.desk.subscription(gift).status == "active"
    assert _after(stage, clock, gift, days=32).status == "paid"
    changed = stage.desk.change_amount(gift, amount=Money(2500, "EUR"), idempotency_key=stage.key("amount"))
    assert changed.amount == Money(2500, "EUR")
    assert _after(stage, clock, gift, days=31).paid == Money(2500, "EUR")
    assert stage.desk.pause(gift, idempotency_key=stage.key("pause")).paused
    assert _after(stage, clock, gift, days=31).status == "void"
    assert not stage.desk.resume(gift, idempotency_key=stage.key("resume")).paused
    ending = stage.desk.cancel(gift, idempotency_key=stage.key("ending"), at_period_end=True)
    assert ending.ends_at == ending.period_end
    assert stage.desk.cancel(gift, idempotency_key=stage.key("end")).status == "canceled"
    stage.v1.test_helpers.test_clocks.delete(clock)


def a_gift_is_past_due_when_its_card_fails(stage: Stage) -> None:
    """The invoice stays open with the code, and Stripe says when it tries again."""
    clock, gift = _begun(stage, "past_due")
    customer = stage.desk.subscription(gift).customer
    method = stage.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer})
    stage.v1.subscriptions.update(gift, {"default_payment_method": method.id})
    invoice = _after(stage, clock, gift, days=32)
    assert (invoice.status, invoice.failure) == ("open", "card_declined")
    assert invoice.next_attempt is not None
    assert stage.desk.subscription(gift).status == "past_due"
    stage.v1.test_helpers.test_clocks.delete(clock)


def a_portal_is_opened_and_a_customer_forgotten(stage: Stage) -> None:
    """At Stripe the test account's portal settings have to be saved once in the dashboard."""
    customer = stage.v1.customers.create({"name": "Test"}).id
    assert stage.desk.open_portal(customer=customer, return_url="https://example.org/mine/").url
    stage.desk.forget_customer(customer)
    stage.desk.forget_customer(customer)


def _begun(stage: Stage, name: str) -> tuple[str, str]:
    """Begin a gift of 10 euros a month on a clock of its own; returns the ids of clock and subscription."""
    v1 = stage.v1
    clock = v1.test_helpers.test_clocks.create({"frozen_time": int(datetime(2027, 1, 5, 12, tzinfo=UTC).timestamp())})
    customer = v1.customers.create({"test_clock": clock.id, "metadata": {"run": stage.key(name)}})
    method = v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    product = v1.products.create({"name": "Donation"})
    recurring: Any = {"interval": "month"}
    price = v1.prices.create({"currency": "eur", "unit_amount": 1000, "recurring": recurring, "product": product.id})
    return clock.id, v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]}).id


def _after(stage: Stage, clock: str, gift: str, *, days: int) -> InvoiceFacts:
    """Move the clock on, wait until it is ready, and return the latest invoice."""
    clocks = stage.v1.test_helpers.test_clocks
    at = datetime.fromtimestamp(clocks.retrieve(clock).frozen_time, UTC) + timedelta(days=days)
    clocks.advance(clock, {"frozen_time": int(at.timestamp())})
    stage.eventually(lambda: clocks.retrieve(clock).status == "ready")
    return stage.desk.invoice(stage.desk.subscription(gift).latest_invoice)
