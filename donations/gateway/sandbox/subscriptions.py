"""What a subscription is: one item at one price, its periods, its states. What it bills is in invoices.py."""

import calendar
from datetime import UTC, datetime
from typing import Any

from donations.gateway.sandbox import events, prices
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "subscription"
OVER = frozenset({"canceled", "incomplete_expired"})
_ALARMS = ("renew", "resume_collection")
_NULLS = (
    "application", "application_fee_percent", "billing_cycle_anchor_config", "billing_thresholds", "cancel_at",
    "canceled_at", "customer_account", "days_until_due", "default_payment_method", "default_source", "description",
    "ended_at", "latest_invoice", "next_pending_invoice_item_invoice", "on_behalf_of", "pause_collection",
    "pending_invoice_item_interval", "pending_setup_intent", "pending_update", "schedule", "test_clock",
    "transfer_data", "trial_end", "trial_start",
)  # fmt: skip
_SPAN = {"day": 24 * 60 * 60, "week": 7 * 24 * 60 * 60}
_MONTHS = {"month": 1, "year": 12}


def make(tx: Tx, *, customer: Json, price: Json, quantity: int, data: Json, method: str | None) -> Json:
    """Keep a new subscription that nothing has been paid for yet, and let it renew. The caller tells the event."""
    subscription_id, now = new_id("sub"), int(tx.now)
    subscription = {
        **dict.fromkeys(_NULLS),
        "id": subscription_id,
        "object": KIND,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": price["currency"],
        "customer": customer["id"],
        "default_payment_method": method,
        "default_tax_rates": [],
        "description": data.get("description"),
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "livemode": False,
        "metadata": data.get("metadata") or {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "incomplete",
        "test_clock": customer["test_clock"],
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }
    item: Json = {
        "id": new_id("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": next_moment(subscription, price, now),
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "plan": prices.plan_of(price),
        "price": price,
        "quantity": quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }
    made = tx.put(with_item(subscription, item))
    tx.at(item["current_period_end"] - tx.now, "renew", subscription_id)
    return made


def item_of(subscription: Json) -> Json:
    """Return the one item."""
    found: Json = subscription["items"]["data"][0]
    return found


def with_item(subscription: Json, item: Json) -> Json:
    """Return the subscription with this item."""
    url = f"/v1/subscription_items?subscription={subscription['id']}"
    return {**subscription, "items": {"object": "list", "data": [item], "has_more": False, "url": url}}


def next_moment(subscription: Json, price: Json, after: int) -> int:
    """Return when the period after the moment `after` ends: counted from the anchor, so that the 31st comes back."""
    anchor, interval = subscription["billing_cycle_anchor"], price["recurring"]["interval"]
    count = price["recurring"]["interval_count"]
    if interval in _SPAN:
        step = _SPAN[interval] * count
        return int(anchor + ((after - anchor) // step + 1) * step)
    number = 1
    while (moment := _months_on(anchor, number * _MONTHS[interval] * count)) <= after:
        number += 1
    return moment


def change(tx: Tx, subscription: Json, **facts: Any) -> Json:
    """Keep what changed, and tell it; nothing is told of nothing."""
    changed = {**subscription, **facts}
    if changed == subscription:
        return subscription
    events.emit(tx, "customer.subscription.updated", tx.put(changed))
    return changed


def end(tx: Tx, subscription: Json, reason: str) -> Json:
    """End it now: it renews no more, and what is unpaid is asked for no more."""
    for alarm in _ALARMS:
        tx.forget_alarms(alarm, subscription["id"])
    for invoice in tx.find("invoice", customer=subscription["customer"]):
        if invoice["status"] in {"draft", "open"} and subscription_of(invoice) == subscription["id"]:
            for alarm in ("finalize_invoice", "retry_invoice"):
                tx.forget_alarms(alarm, invoice["id"])
            tx.put({**invoice, "auto_advance": False, "next_payment_attempt": None})
    canceled_at = subscription["canceled_at"] or int(tx.now)
    details = {**subscription["cancellation_details"], "reason": reason}
    facts = {"status": "canceled", "canceled_at": canceled_at, "ended_at": int(tx.now)}
    ended = tx.put({**subscription, **facts, "cancellation_details": details})
    events.emit(tx, "customer.subscription.deleted", ended)
    return ended


def subscription_of(invoice: Json) -> str:
    """Return the id of the subscription that an invoice is for, or ""."""
    return str(((invoice["parent"] or {}).get("subscription_details") or {}).get("subscription", ""))


def _months_on(moment: int, months: int) -> int:
    begun = datetime.fromtimestamp(moment, UTC)
    year, month = divmod(begun.month - 1 + months, 12)
    year, month = begun.year + year, month + 1
    day = min(begun.day, calendar.monthrange(year, month)[1])
    return int(begun.replace(year=year, month=month, day=day).timestamp())
