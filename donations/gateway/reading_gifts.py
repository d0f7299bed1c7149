"""Stripe's subscriptions and invoices as facts of ours."""

import calendar
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from donations.gateway.amounts import from_stripe
from donations.gateway.facts import CheckoutFacts, InvoiceFacts, SubscriptionFacts
from donations.gateway.reading import charged, expanded, id_of, moment


def subscription(body: dict[str, Any]) -> SubscriptionFacts:
    """Read a subscription whose payment method is expanded."""
    item = body["items"]["data"][0]
    price = item["price"]
    paused = body.get("pause_collection")
    return SubscriptionFacts(
        id=body["id"],
        status=body["status"],
        reference=(body.get("metadata") or {}).get("reference", ""),
        livemode=body["livemode"],
        customer=id_of(body.get("customer")),
        amount=from_stripe((price["unit_amount"] or 0) * (item.get("quantity") or 1), price["currency"]),
        every=price["recurring"]["interval"],
        created=moment(body["created"]),
        period_start=moment(item["current_period_start"]),
        period_end=moment(item["current_period_end"]),
        latest_invoice=id_of(body.get("latest_invoice")),
        paused=paused is not None,
        resumes_at=_moment((paused or {}).get("resumes_at")),
        ends_at=_moment(body.get("cancel_at")) if not body.get("ended_at") else None,
        ended_at=_moment(body.get("ended_at")),
        why_ended=(body.get("cancellation_details") or {}).get("reason") or "" if body.get("ended_at") else "",
        card_expires_on=_expiry(expanded(body.get("default_payment_method")).get("card")),
    )


def payment_of(body: dict[str, Any]) -> str:
    """Return the intent that pays an invoice whose payments are expanded, "" before the first attempt."""
    found = ""
    for one in (body.get("payments") or {}).get("data", []):
        intent = id_of(one["payment"].get("payment_intent"))
        if intent and (one["status"] == "paid" or not found):
            found = intent
    return found


def invoice(body: dict[str, Any], intent: dict[str, Any]) -> InvoiceFacts:
    """Read an invoice, and the intent that pays it ({} if none does) with its charge and balance transactions."""
    parent = (body.get("parent") or {}).get("subscription_details") or {}
    lines = body["lines"]["data"]
    period = lines[0]["period"] if lines else {"start": body["period_start"], "end": body["period_end"]}
    status = intent.get("status", "")
    error = (intent.get("last_payment_error") or {}) if body["status"] != "paid" else {}
    return InvoiceFacts(
        id=body["id"],
        status=body["status"] or "draft",
        amount=from_stripe(body["amount_due"], body["currency"]),
        paid=from_stripe(body["amount_paid"], body["currency"]),
        livemode=body["livemode"],
        subscription=id_of(parent.get("subscription")),
        reference=(parent.get("metadata") or {}).get("reference", ""),
        customer=id_of(body.get("customer")),
        reason=body.get("billing_reason") or "",
        created=moment(body["created"]),
        paid_at=_moment(body["status_transitions"].get("paid_at")),
        period_start=moment(period["start"]),
        period_end=moment(period["end"]),
        attempts=body["attempt_count"],
        next_attempt=_moment(body.get("next_payment_attempt")),
        url=body.get("hosted_invoice_url") or "",
        payment_intent=intent.get("id", ""),
        charge=id_of(intent.get("latest_charge")),
        entries=charged(intent),
        failure=error.get("code") or "",
        needs_action=status == "requires_action" and body["status"] == "open",
    )


def begun(facts: CheckoutFacts, first: InvoiceFacts) -> CheckoutFacts:
    """Return what is known about a page on which a recurring gift began, with the payment of its first invoice.

    An attempt that failed is tried again: only an invoice that will never be paid has failed.
    """
    over = first.status in {"uncollectible", "void"}
    return replace(
        facts,
        payment_intent=first.payment_intent,
        charge=first.charge,
        entries=first.entries,
        failure=(first.failure or first.status) if over else "",
    )


def _moment(stamp: int | None) -> datetime | None:
    return None if stamp is None else moment(stamp)


def _expiry(card: Any) -> date | None:
    if not isinstance(card, dict):
        return None
    year, month = card["exp_year"], card["exp_month"]
    return datetime(year, month, calendar.monthrange(year, month)[1], tzinfo=UTC).date()
