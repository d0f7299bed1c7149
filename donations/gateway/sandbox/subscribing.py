"""Subscriptions as the API has them: begun, changed, paused, ended."""

from typing import Any

from donations.gateway.sandbox import (
    collecting,
    events,
    invoices,
    methods,
    moments,
    prices,
    subscriptions,
)
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, invalid, missing_parameter, no_such
from donations.gateway.sandbox.store import Json, Tx

_INCOMPLETE_FOR = 23 * 60 * 60


def begin(
    tx: Tx, config: Config, *, customer: Json, line: Json, data: Json, method: str | None, paid_by: Json | None = None
) -> Json:
    """Make a subscription of one line and its first invoice, which `paid_by` has paid, or pays, or is tried now."""
    price = _price(tx, line, "items[0]")
    quantity = line.get("quantity", 1)
    subscription = subscriptions.make(tx, customer=customer, price=price, quantity=quantity, data=data, method=method)
    invoice = invoices.finalize(tx, config, invoices.draft(tx, subscription, "subscription_create"))
    subscription = tx.put({**subscription, "latest_invoice": invoice["id"]})
    if paid_by is None:
        events.emit(tx, "customer.subscription.created", subscription)
        tx.at(_INCOMPLETE_FOR, "expire_incomplete", subscription["id"])
        collecting.attempt(tx, config, invoice)
        return tx.need(subscriptions.KIND, subscription["id"])
    invoices.ask_with(tx, invoice, paid_by)
    invoice = tx.put({**invoice, "attempted": True, "attempt_count": 1})
    if paid_by["status"] == "succeeded":
        invoices.mark_paid(tx, invoice)
    # a bank debit that is under way begins it too: Stripe trusts it until it fails
    subscription = tx.put({**subscription, "status": "active"})
    events.emit(tx, "customer.subscription.created", subscription)
    return subscription


def expire_incomplete(tx: Tx, config: Config, subscription_id: str) -> None:
    """Give up a subscription whose first payment never came."""
    subscription = tx.get(subscriptions.KIND, subscription_id)
    if subscription is None or subscription["status"] != "incomplete":
        return
    tx.forget_alarms("renew", subscription_id)
    invoices.put_away(tx, tx.need(invoices.KIND, subscription["latest_invoice"]), "void")
    subscriptions.change(tx, subscription, status="incomplete_expired", ended_at=int(tx.now))


def create(call: Call) -> Json:
    """Answer POST /v1/subscriptions."""
    params, tx = call.params, call.tx
    customer = tx.get("customer", params.get("customer", ""))
    if customer is None:
        raise no_such("customer", params.get("customer", ""), "customer")
    if len(params.get("items", [])) != 1:
        raise missing_parameter("items") if "items" not in params else invalid("One item, please.", "items")
    method = params.get("default_payment_method")
    if method and (tx.get(methods.KIND, method) or {}).get("customer") != customer["id"]:
        raise no_such("PaymentMethod", method, "default_payment_method")
    with moments.of_customer(tx, customer["id"]):
        return begin(tx, call.config, customer=customer, line=params["items"][0], data=params, method=method)


def update(call: Call) -> Json:
    """Answer POST /v1/subscriptions/{id}: amount, pause, card, end of the period, metadata."""
    params, tx, subscription = call.params, call.tx, _known(call)
    if subscription["status"] in subscriptions.OVER:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.", "status")
    facts: dict[str, Any] = {}
    with moments.of_customer(tx, subscription["customer"]):
        if "items" in params:
            facts["items"] = _other_amount(call, subscription)["items"]
        if "pause_collection" in params:
            facts["pause_collection"] = _pause(call, subscription)
        if "default_payment_method" in params:
            method = tx.get(methods.KIND, params["default_payment_method"]) or {}
            if method.get("customer") != subscription["customer"]:
                raise no_such("PaymentMethod", params["default_payment_method"], "default_payment_method")
            facts["default_payment_method"] = method["id"]
        if "metadata" in params:
            merged = {**subscription["metadata"], **(params["metadata"] or {})}
            facts["metadata"] = {key: value for key, value in merged.items() if value and params["metadata"]}
        if "cancel_at_period_end" in params:
            facts |= ending(tx, subscription, at_period_end=params["cancel_at_period_end"])
        if "description" in params:
            facts["description"] = params["description"] or None
        return subscriptions.change(tx, subscription, **facts)


def cancel(call: Call) -> Json:
    """Answer DELETE /v1/subscriptions/{id}: it ends now."""
    subscription = _known(call)
    if subscription["status"] in subscriptions.OVER:
        raise no_such(subscriptions.KIND, call.object_id)
    with moments.of_customer(call.tx, subscription["customer"]):
        return subscriptions.end(call.tx, subscription, "cancellation_requested")


def ending(tx: Tx, subscription: Json, *, at_period_end: bool) -> Json:
    """Return what a subscription says that ends with its period, or no longer does."""
    end = subscriptions.item_of(subscription)["current_period_end"]
    reason = "cancellation_requested" if at_period_end else None
    return {
        "cancel_at_period_end": at_period_end,
        "cancel_at": end if at_period_end else None,
        "canceled_at": int(tx.now) if at_period_end else None,
        "cancellation_details": {**subscription["cancellation_details"], "reason": reason},
    }


def _known(call: Call) -> Json:
    subscription = call.tx.get(subscriptions.KIND, call.object_id)
    if subscription is None:
        raise no_such(subscriptions.KIND, call.object_id)
    return subscription


def _price(tx: Tx, line: Json, path: str) -> Json:
    if "price" in line:
        price = tx.get(prices.KIND, line["price"])
        if price is None:
            raise no_such(prices.KIND, line["price"], f"{path}[price]")
    elif "price_data" in line:
        price = prices.make(tx, line["price_data"], f"{path}[price_data]")
    else:
        raise missing_parameter(f"{path}[price]")
    if not price["recurring"]:
        raise invalid("The price specified is set to `type=one_time` but this field only accepts `recurring`.", path)
    return price


def _other_amount(call: Call, subscription: Json) -> Json:
    item, (sent, *more) = subscriptions.item_of(subscription), call.params["items"]
    if more or sent.get("id", item["id"]) != item["id"] or "id" not in sent:
        raise invalid("The sandbox knows subscriptions of one item: name it by `items[0][id]`.", "items")
    if call.params.get("proration_behavior") != "none":
        raise invalid("The sandbox knows proration_behavior `none` alone.", "proration_behavior")
    price = _price(call.tx, sent, "items[0]") if {"price", "price_data"} & set(sent) else item["price"]
    if price["currency"] != subscription["currency"]:
        raise invalid("The price must have the currency of the subscription.", "items[0][price]")
    if price["recurring"]["interval"] != item["price"]["recurring"]["interval"]:
        raise invalid("The sandbox keeps the interval of a subscription.", "items[0][price]")
    prices.check_total(price["unit_amount"] * sent.get("quantity", item["quantity"]), price["currency"])
    changed = {"price": price, "plan": prices.plan_of(price), "quantity": sent.get("quantity", item["quantity"])}
    return subscriptions.with_item(subscription, {**item, **changed})


def _pause(call: Call, subscription: Json) -> Json | None:
    wanted = call.params["pause_collection"]
    call.tx.forget_alarms("resume_collection", subscription["id"])
    if not wanted:
        return None
    resumes_at = wanted.get("resumes_at")
    if resumes_at is not None:
        if resumes_at <= call.tx.now:
            raise ApiError("`resumes_at` must be in the future.", param="pause_collection[resumes_at]")
        call.tx.at(resumes_at - call.tx.now, "resume_collection", subscription["id"])
    return {"behavior": wanted["behavior"], "resumes_at": resumes_at}
