"""Collecting an invoice: attempts, what follows a failure, and when it is given up. At Stripe that is its "dunning".

After a renewal that fails the subscription is `past_due` and the invoice is tried again 3, 5 and 7 days after each
failure; after the last the subscription ends, with `payment_failed` as the reason, and the invoice stays open.
"""

from donations.gateway.sandbox import events, invoices, methods, moments, payments, subscriptions
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Tx

RETRY_DAYS = (3, 5, 7)
_DAY = 24 * 60 * 60


def attempt(tx: Tx, config: Config, invoice: Json, method_id: str = "", *, off_session: bool = True) -> str:
    """Try to collect an open invoice. Returns as payments.confirm, or `no_method`."""
    subscription = tx.get(subscriptions.KIND, subscriptions.subscription_of(invoice))
    method = tx.get(methods.KIND, method_id or _method_of(tx, subscription))
    intent = invoices.intent_of(tx, invoice) or _new_intent(tx, invoice, subscription)
    invoice = tx.put({**invoice, "attempted": True, "attempt_count": invoice["attempt_count"] + 1})
    if method is None or intent["status"] == "processing":
        outcome = "no_method" if method is None else "processing"
    else:
        page = {"return_url": invoice["hosted_invoice_url"], "url": invoice["hosted_invoice_url"]}
        outcome = payments.confirm(tx, config, intent, method, ask_at=page, off_session=off_session)
    if outcome == "paid":
        ended(tx, invoice["id"], paid=True)
    elif outcome == "challenge":
        events.emit(tx, "invoice.payment_action_required", invoice)
        _failed(tx, invoice)
    elif outcome != "processing":
        _failed(tx, invoice)
    return outcome


def answer_challenge(tx: Tx, config: Config, invoice: Json, *, passed: bool) -> str:
    """Go on after the bank's question. Returns as `attempt`. Raises ApiError if nothing was asked."""
    intent = invoices.intent_of(tx, invoice)
    if intent is None or intent["status"] != "requires_action":
        raise ApiError("This invoice does not wait for an authentication.")
    if not passed:
        return payments.refuse_authentication(tx, intent)
    outcome = payments.charge(tx, config, intent, tx.need(methods.KIND, intent["payment_method"]))
    if outcome == "paid":
        ended(tx, invoice["id"], paid=True)
    return outcome


def ended(tx: Tx, invoice_id: str, *, paid: bool) -> None:
    """Note how a payment ended: the invoice is paid and the subscription active, or it is tried again later."""
    invoice = tx.need(invoices.KIND, invoice_id)
    if not paid:
        _failed(tx, invoice)
        return
    tx.forget_alarms("retry_invoice", invoice_id)
    invoices.mark_paid(tx, invoice)
    subscription = tx.get(subscriptions.KIND, subscriptions.subscription_of(invoice))
    if subscription and subscription["status"] in {"past_due", "incomplete", "unpaid"}:
        subscriptions.change(tx, subscription, status="active")


def pay(call: Call) -> Json:
    """Answer POST /v1/invoices/{id}/pay."""
    invoice = invoices.known(call, "open", "uncollectible", "draft")
    with moments.of_customer(call.tx, invoice["customer"]):
        if invoice["status"] == "draft":
            invoice = invoices.finalize(call.tx, call.config, invoice)
        if call.params.get("paid_out_of_band"):
            return invoices.mark_paid(call.tx, invoice)
        method_id = call.params.get("payment_method", "")
        if method_id:
            method_id = methods.named(call.tx, method_id, "payment_method")["id"]
        off_session = call.params.get("off_session", True)
        attempt(call.tx, call.config, invoice, method_id, off_session=off_session)
    return refused_or(call.tx, invoice["id"])


def refused_or(tx: Tx, invoice_id: str) -> Json:
    """Return the invoice if it is paid or under way; what happened stays, and the answer is Stripe's 402."""
    invoice = tx.need(invoices.KIND, invoice_id)
    intent = invoices.intent_of(tx, invoice) or {}
    if invoice["status"] == "paid" or intent.get("status") == "processing":
        return invoice
    error = intent.get("last_payment_error") or {}
    code = error.get("code") or "invoice_payment_intent_requires_action"
    message = error.get("message") or "This payment requires additional user action before it can be completed."
    raise ApiError(message, status=402, kind="card_error", code=code, happened=True)


def _method_of(tx: Tx, subscription: Json | None) -> str:
    if subscription is None:
        return ""
    customer = tx.get("customer", subscription["customer"]) or {"invoice_settings": {"default_payment_method": None}}
    return subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"] or ""


def _new_intent(tx: Tx, invoice: Json, subscription: Json | None) -> Json:
    intent = payments.open_intent(
        tx,
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        ways=["card", "sepa_debit"] if invoice["currency"] == "eur" else ["card"],
        data={"capture_method": "automatic", "description": "Subscription update" if subscription else "Invoice"},
    )
    invoices.ask_with(tx, invoice, intent)
    return intent


def _failed(tx: Tx, invoice: Json) -> None:
    """Say so, and plan the next attempt, or give up."""
    subscription = tx.get(subscriptions.KIND, subscriptions.subscription_of(invoice))
    first = invoice["billing_reason"] == "subscription_create" and (subscription or {}).get("status") == "incomplete"
    tries = invoice["attempt_count"]
    tx.forget_alarms("retry_invoice", invoice["id"])
    pause = RETRY_DAYS[tries - 1] * _DAY if 0 < tries <= len(RETRY_DAYS) and not first else None
    if pause:
        tx.at(pause, "retry_invoice", invoice["id"])
    invoice = tx.put({**invoice, "next_payment_attempt": int(tx.now) + pause if pause else None})
    events.emit(tx, "invoice.payment_failed", invoice)
    if subscription is None or first or subscription["status"] in subscriptions.OVER:
        return
    if pause:
        subscriptions.change(tx, subscription, status="past_due")
    else:
        subscriptions.end(tx, subscription, "payment_failed")
