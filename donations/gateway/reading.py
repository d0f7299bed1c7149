"""Stripe's objects, as plain dicts, read into our facts."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from donations.gateway.amounts import from_stripe
from donations.gateway.errors import MalformedEventError
from donations.gateway.facts import (
    BalanceEntry,
    ChargeFacts,
    CheckoutFacts,
    CheckoutOpened,
    EventFacts,
    RefundFacts,
)

_TYPE_PREFIX = "v1."
_LONGEST_ID = 255
_EVENT_ID = re.compile(r"evt_[A-Za-z0-9_-]+")


def moment(stamp: int) -> datetime:
    """Return the aware UTC time of a Unix stamp in seconds."""
    return datetime.fromtimestamp(stamp, UTC)


def id_of(value: Any) -> str:
    """Return the id of a field that may be null, an id, or the expanded object."""
    return str(value["id"]) if isinstance(value, dict) else value or ""


def expanded(value: Any) -> dict[str, Any]:
    """Return the expanded object, or nothing for an id or null."""
    return value if isinstance(value, dict) else {}


def entry(body: Any) -> BalanceEntry | None:
    """Read a balance transaction, or None where there is none yet."""
    return balance_transaction(body) if isinstance(body, dict) else None


def balance_transaction(body: dict[str, Any]) -> BalanceEntry:
    """Read a balance transaction. Raises AmountRefusedError."""
    currency, rate = body["currency"], body.get("exchange_rate")
    return BalanceEntry(
        id=body["id"],
        kind=body["type"],
        gross=from_stripe(body["amount"], currency),
        fee=from_stripe(body["fee"], currency),
        net=from_stripe(body["net"], currency),
        created=moment(body["created"]),
        available_on=moment(body["available_on"]),
        exchange_rate=None if rate is None else Decimal(str(rate)),
        category=body.get("reporting_category") or "",
        source=id_of(body.get("source")),
    )


def charged(intent: dict[str, Any]) -> tuple[BalanceEntry, ...]:
    """Return the balance transactions of an intent's charge, expanded, as far as there are any yet."""
    charge = expanded(intent.get("latest_charge"))
    entries = (entry(charge.get("balance_transaction")), entry(charge.get("failure_balance_transaction")))
    return tuple(one for one in entries if one)


def opened(body: dict[str, Any]) -> CheckoutOpened:
    """Read a session that was just created."""
    return CheckoutOpened(id=body["id"], url=body["url"], expires_at=moment(body["expires_at"]))


def checkout(body: dict[str, Any]) -> CheckoutFacts:
    """Read a session whose payment intent, charge and balance transactions are expanded."""
    intent = expanded(body.get("payment_intent"))
    return CheckoutFacts(
        id=body["id"],
        status=body["status"],
        payment_status=body["payment_status"],
        amount_total=from_stripe(body["amount_total"], body["currency"]),
        livemode=body["livemode"],
        client_reference_id=body.get("client_reference_id") or "",
        payment_intent=id_of(body.get("payment_intent")),
        charge=id_of(intent.get("latest_charge")),
        entries=charged(intent),
        failure=_failure(body, intent),
        expires_at=moment(body["expires_at"]),
        subscription=id_of(body.get("subscription")),
        invoice=id_of(body.get("invoice")),
        customer=id_of(body.get("customer")),
    )


def _failure(session: dict[str, Any], intent: dict[str, Any]) -> str:
    """A completed, unpaid session whose intent is no longer under way has failed for good."""
    if session["status"] != "complete" or session["payment_status"] != "unpaid":
        return ""
    if intent.get("status") not in {"requires_payment_method", "canceled"}:
        return ""
    return expanded(intent.get("last_payment_error")).get("code") or intent.get("cancellation_reason") or "failed"


def refund(body: dict[str, Any]) -> RefundFacts:
    """Read a refund whose balance transactions are expanded."""
    return RefundFacts(
        id=body["id"],
        status=body["status"] or "",
        amount=from_stripe(body["amount"], body["currency"]),
        charge=id_of(body.get("charge")),
        payment_intent=id_of(body.get("payment_intent")),
        created=moment(body["created"]),
        reference=(body.get("metadata") or {}).get("reference", ""),
        entry=entry(body.get("balance_transaction")),
        failure_entry=entry(body.get("failure_balance_transaction")),
        reason=body.get("reason") or "",
        failure_reason=body.get("failure_reason") or "",
    )


def charge(body: dict[str, Any]) -> ChargeFacts:
    """Read a charge whose customer is expanded: whether it failed, and whose it was.

    Nothing of the card, and nothing of who typed it.
    """
    own, customers = (thing.get("metadata") or {} for thing in (body, expanded(body.get("customer"))))
    return ChargeFacts(
        id=body["id"],
        failed=body["status"] == "failed",
        by_card=(body.get("payment_method_details") or {}).get("type") == "card",
        reference=own.get("reference") or customers.get("reference", ""),
        created=moment(body["created"]),
    )


def event(body: dict[str, Any]) -> EventFacts:
    """Read a thin event (`v2.core.event`) or a snapshot event (`event`)."""
    thin = body.get("object") == "v2.core.event"
    about = body.get("related_object") if thin else body["data"]["object"]
    return EventFacts(
        id=body["id"],
        type=body["type"].removeprefix(_TYPE_PREFIX),
        object_id=expanded(about).get("id", ""),
        # a thin event may come without it, which the SDK reads as test mode
        livemode=body.get("livemode", False),
        created=datetime.fromisoformat(body["created"]).astimezone(UTC) if thin else moment(body["created"]),
    )


def delivery(payload: bytes) -> EventFacts:
    """Read the body of a verified delivery. Raises MalformedEventError."""
    try:
        facts = event(json.loads(payload))
        # what else a key holder may write, not each database holds, and no address of the console
        words = facts.type + facts.object_id
        known = _EVENT_ID.fullmatch(facts.id) is not None and words.isascii() and words.isprintable()
        known = known and max(len(facts.id), len(facts.object_id)) <= _LONGEST_ID
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError) as error:
        raise MalformedEventError("This is no event of a kind known here.") from error
    if not known or not isinstance(facts.livemode, bool):
        raise MalformedEventError("This event has no id or mode that Stripe would give.")
    return facts
