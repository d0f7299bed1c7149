"""Test clocks and what the SDK's own services do with subscriptions, checked against its annotations."""

import calendar
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.shapes import faults, faults_of_thin
from tests.sandbox_server import SandboxPeer

MONTHLY: Any = {"currency": "eur", "unit_amount": 700, "recurring": {"interval": "month"}}


def _at(year: int, month: int, day: int) -> int:
    return calendar.timegm((year, month, day, 12, 0, 0))


@pytest.fixture
def v1(later: StripeGateway) -> Any:
    """The SDK's own services, at the sandbox whose time is moved."""
    return later._client.v1


def _subscribed(v1: Any, moment: int, card: str = "pm_card_visa") -> tuple[Any, Any]:
    """Make a clock, a customer of its time and a subscription; returns clock and subscription."""
    clock = v1.test_helpers.test_clocks.create({"frozen_time": moment, "name": "one"})
    customer = v1.customers.create({"test_clock": clock.id, "name": "One"})
    method = v1.payment_methods.attach(card, {"customer": customer.id})
    v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    product = v1.products.create({"name": "Gift"})
    price = v1.prices.create({**MONTHLY, "product": product.id})
    return clock, v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})


def test_it_renews_on_the_last_day_of_every_month(v1: Any) -> None:
    """Begun on the 31st: the 28th of February, then the 31st of March again."""
    clock, subscription = _subscribed(v1, _at(2027, 1, 31))
    advancing = v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 4, 2)})
    assert advancing.status == "advancing"
    ready = v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (ready.status, ready.frozen_time) == ("ready", _at(2027, 4, 2))
    invoices = v1.invoices.list({"subscription": subscription.id}).data
    days = [datetime.fromtimestamp(one.created, UTC).date().isoformat() for one in invoices]
    assert days == ["2027-03-31", "2027-02-28", "2027-01-31"]
    assert {one.status for one in invoices} == {"paid"}


def test_it_moves_nobody_else(v1: Any) -> None:
    """Another clock stands still; a clock never goes back."""
    clock, _ = _subscribed(v1, _at(2027, 1, 31))
    other, standing = _subscribed(v1, _at(2027, 1, 31))
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 3, 2)})
    assert len(v1.invoices.list({"subscription": standing.id}).data) == 1
    assert v1.test_helpers.test_clocks.retrieve(other.id).frozen_time == _at(2027, 1, 31)
    with pytest.raises(stripe.InvalidRequestError):
        v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 2, 2)})


def test_it_takes_its_customers_along(v1: Any) -> None:
    """A clock that is deleted leaves no customer."""
    clock, subscription = _subscribed(v1, _at(2027, 1, 31))
    assert v1.test_helpers.test_clocks.delete(clock.id).deleted
    with pytest.raises(stripe.InvalidRequestError):
        v1.customers.retrieve(subscription.customer)


def test_it_is_incomplete_until_it_is_paid(v1: Any) -> None:
    """A first payment that fails: 402 when tried again, another card pays, and what nobody pays expires in a day."""
    clock, failed = _subscribed(v1, _at(2027, 1, 31), "pm_card_chargeCustomerFail")
    assert failed.status == "incomplete"
    with pytest.raises(stripe.CardError) as refused:
        v1.invoices.pay(failed.latest_invoice)
    assert (refused.value.code, refused.value.http_status) == ("card_declined", 402)
    assert v1.invoices.retrieve(failed.latest_invoice).attempt_count == 2
    method = v1.payment_methods.attach("pm_card_mastercard", {"customer": failed.customer})
    assert v1.invoices.pay(failed.latest_invoice, {"payment_method": method.id}).status == "paid"
    assert v1.subscriptions.retrieve(failed.id).status == "active"
    clock, forgotten = _subscribed(v1, _at(2027, 1, 31), "pm_card_chargeCustomerFail")
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 2, 1)})
    assert v1.subscriptions.retrieve(forgotten.id).status == "incomplete_expired"
    assert v1.invoices.retrieve(forgotten.latest_invoice).status == "void"


def test_it_tells_what_happened_in_its_order(v1: Any) -> None:
    """A renewal that is declined, with the events Stripe documents."""
    clock, subscription = _subscribed(v1, _at(2027, 1, 31))
    method = v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": subscription.customer})
    v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 3, 1)})
    invoice = v1.subscriptions.retrieve(subscription.id).latest_invoice
    told = [one.type for one in v1.events.list({"limit": 100}).data if one.data.object.to_dict().get("id") == invoice][
        ::-1
    ]
    assert told == ["invoice.created", "invoice.finalized", "invoice.payment_failed"]


def test_it_answers_as_the_annotations_say(v1: Any, later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Every object of every kind that recurring gifts bring, alone, listed, expanded and in events."""
    clock, subscription = _subscribed(v1, _at(2027, 1, 31))
    v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": _at(2027, 3, 1)})
    v1.billing_portal.sessions.create({"customer": subscription.customer})
    lists = (
        v1.customers, v1.payment_methods, v1.products, v1.prices, v1.subscriptions, v1.invoices, v1.invoice_payments,
        v1.billing_portal.configurations, v1.test_helpers.test_clocks,
    )  # fmt: skip
    for service in lists:
        page = service.list({"limit": 100}).data
        assert page, service
        for one in page:
            assert faults(one.to_dict()) == []
            assert service.retrieve(one.id).to_dict() == one.to_dict()
    invoice = v1.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments.data.payment.payment_intent"]})
    assert faults(invoice.to_dict()) == []
    paths = ["latest_invoice.parent.subscription_details.subscription", "default_payment_method", "customer"]
    assert faults(v1.subscriptions.retrieve(subscription.id, {"expand": paths}).to_dict()) == []
    for one in v1.events.list({"limit": 100}).data:
        assert faults(one.to_dict()) == []
        assert faults(one.to_dict()["data"]["object"]) == []
    for one in later._client.v2.core.events.list({"limit": 100}).data:
        assert faults_of_thin(one.to_dict()) == []
