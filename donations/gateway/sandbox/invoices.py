"""Invoices of subscriptions: drafted, finalized, paid, voided, given up. Trying to collect them is in collecting.py."""

from typing import Any

from donations.gateway.sandbox import events, subscriptions
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND, PAYMENT = "invoice", "invoice_payment"
_NULLS = (
    "account_name", "account_tax_ids", "application", "automatically_finalizes_at", "custom_fields",
    "customer_account", "customer_address", "customer_email", "customer_name", "customer_phone", "customer_shipping",
    "default_payment_method", "default_source", "description", "due_date", "effective_at", "ending_balance", "footer",
    "from_invoice", "hosted_invoice_url", "invoice_pdf", "last_finalization_error", "latest_revision",
    "next_payment_attempt", "number", "on_behalf_of", "receipt_number", "rendering", "shipping_cost",
    "shipping_details", "statement_descriptor", "threshold_reason", "webhooks_delivered_at",
)  # fmt: skip
_NEVER = dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"))


def draft(tx: Tx, subscription: Json, reason: str) -> Json:
    """Write an invoice for the current period. `reason`: subscription_create, subscription_cycle."""
    item, invoice_id = subscriptions.item_of(subscription), new_id("in")
    amount = item["price"]["unit_amount"] * item["quantity"]
    customer = tx.get("customer", subscription["customer"]) or {}
    line = _line(tx, invoice_id, subscription, item, amount)
    invoice = tx.put(
        {
            **dict.fromkeys(_NULLS),
            "id": invoice_id,
            "object": KIND,
            "account_country": "DE",
            "amount_due": amount,
            "amount_overpaid": 0,
            "amount_paid": 0,
            "amount_remaining": amount,
            "amount_shipping": 0,
            "attempt_count": 0,
            "attempted": False,
            "auto_advance": True,
            "automatic_tax": {
                "disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None
            },
            "billing_reason": reason,
            "collection_method": "charge_automatically",
            "created": int(tx.now),
            "currency": subscription["currency"],
            "customer": subscription["customer"],
            "customer_email": customer.get("email"),
            "customer_name": customer.get("name"),
            "customer_tax_exempt": "none",
            "customer_tax_ids": [],
            "default_tax_rates": [],
            "discounts": [],
            "issuer": {"type": "self"},
            "lines": {"object": "list", "data": [line], "has_more": False, "url": f"/v1/invoices/{invoice_id}/lines"},
            "livemode": False,
            "metadata": {},
            "parent": {
                "quote_details": None,
                "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
                "type": "subscription_details",
            },
            "payment_settings": {
                "default_mandate": None, "payment_method_options": None, "payment_method_types": None
            },
            "period_end": item["current_period_start"],
            "period_start": _before(subscription, item),
            "post_payment_credit_notes_amount": 0,
            "pre_payment_credit_notes_amount": 0,
            "starting_balance": 0,
            "status": "draft",
            "status_transitions": _NEVER,
            "subtotal": amount,
            "subtotal_excluding_tax": amount,
            "test_clock": subscription["test_clock"],
            "total": amount,
            "total_discount_amounts": [],
            "total_excluding_tax": amount,
            "total_pretax_credit_amounts": [],
            "total_taxes": [],
        }
    )  # fmt: skip
    events.emit(tx, "invoice.created", invoice)
    return invoice


def finalize(tx: Tx, config: Config, invoice: Json) -> Json:
    """Give a draft its number and its page; from then on its amount is fixed."""
    customer = tx.get("customer", invoice["customer"]) or {"invoice_prefix": "GONE", "next_invoice_sequence": 1}
    sequence = customer["next_invoice_sequence"]
    if "id" in customer:
        tx.put({**customer, "next_invoice_sequence": sequence + 1})
    secret = new_id("invst")
    tx.keep_private(secret, {"invoice": invoice["id"]})
    page = f"{config.public_url}/i/{secret}"
    facts = {
        "status": "open",
        "number": f"{customer['invoice_prefix']}-{sequence:04d}",
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}/pdf",
        "effective_at": int(tx.now),
    }
    opened = tx.put({**invoice, **facts, **_at(tx, invoice, "finalized_at")})
    events.emit(tx, "invoice.finalized", opened)
    return opened


def mark_paid(tx: Tx, invoice: Json) -> Json:
    """Note that all of it came."""
    facts = {
        "status": "paid",
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
    }
    paid = tx.put({**invoice, **facts, **_at(tx, invoice, "paid_at")})
    for kind in ("invoice.paid", "invoice.payment_succeeded"):
        events.emit(tx, kind, paid)
    for payment in tx.find(PAYMENT, invoice=invoice["id"]):
        done = {"status": "paid", "amount_paid": payment["amount_requested"]}
        moments = {**payment["status_transitions"], "paid_at": int(tx.now)}
        events.emit(tx, "invoice_payment.paid", tx.put({**payment, **done, "status_transitions": moments}))
    return paid


def put_away(tx: Tx, invoice: Json, how: str) -> Json:
    """Void an invoice, or give it up. `how`: void, uncollectible."""
    stamp, kind = {
        "void": ("voided_at", "invoice.voided"),
        "uncollectible": ("marked_uncollectible_at", "invoice.marked_uncollectible"),
    }[how]
    tx.forget_alarms("retry_invoice", invoice["id"])
    facts = {"status": how, "auto_advance": False, "next_payment_attempt": None}
    away = tx.put({**invoice, **facts, **_at(tx, invoice, stamp)})
    events.emit(tx, kind, away)
    return away


def ask_with(tx: Tx, invoice: Json, intent: Json) -> Json:
    """Note which intent is to pay an invoice."""
    tx.remember(intent["id"], invoice=invoice["id"])
    return tx.put(
        {
            "id": new_id("inpay"),
            "object": PAYMENT,
            "amount_paid": None,
            "amount_requested": invoice["amount_due"],
            "created": int(tx.now),
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"type": "payment_intent", "payment_intent": intent["id"]},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def intent_of(tx: Tx, invoice: Json) -> Json | None:
    """Return the intent that is to pay an invoice, or None before the first attempt."""
    for payment in tx.find(PAYMENT, invoice=invoice["id"]):
        return tx.get("payment_intent", payment["payment"]["payment_intent"])
    return None


def known(call: Call, *states: str) -> Json:
    """Return the invoice of a call. Raises ApiError if there is none, or if it is in none of `states`."""
    invoice = call.tx.get(KIND, call.object_id)
    if invoice is None:
        raise no_such(KIND, call.object_id)
    if states and invoice["status"] not in states:
        raise ApiError(
            f"This invoice is `{invoice['status']}`; it must be {' or '.join(states)}.", code="invoice_not_editable"
        )
    return invoice


def void(call: Call) -> Json:
    """Answer POST /v1/invoices/{id}/void."""
    return put_away(call.tx, known(call, "open", "uncollectible"), "void")


def mark_uncollectible(call: Call) -> Json:
    """Answer POST /v1/invoices/{id}/mark_uncollectible."""
    return put_away(call.tx, known(call, "open"), "uncollectible")


def _at(tx: Tx, invoice: Json, stamp: str) -> Json:
    return {"status_transitions": {**invoice["status_transitions"], stamp: int(tx.now)}}


def _before(subscription: Json, item: Json) -> int:
    """Return where the period before the current one began: a first invoice has none."""
    start, end = item["current_period_start"], item["current_period_end"]
    return int(max(subscription["start_date"], start - (end - start)))


def _line(tx: Tx, invoice_id: str, subscription: Json, item: Json, amount: int) -> Json:
    price: Any = item["price"]
    product = tx.get("product", price["product"]) or {"name": ""}
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": subscription["currency"],
        "description": f"{item['quantity']} × {product['name']}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": subscription["metadata"],
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }
