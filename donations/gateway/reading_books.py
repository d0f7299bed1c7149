"""Stripe's disputes, payouts and balance as facts of ours."""

from typing import Any

from donations.gateway.amounts import from_stripe
from donations.gateway.facts_books import BalanceFacts, DisputeFacts, PayoutFacts
from donations.gateway.reading import entry, id_of, moment
from kernel.money import Money


def dispute(body: dict[str, Any]) -> DisputeFacts:
    """Read a dispute."""
    details = body["evidence_details"]
    entries = (entry(one) for one in body["balance_transactions"])
    return DisputeFacts(
        id=body["id"],
        status=body["status"],
        amount=from_stripe(body["amount"], body["currency"]),
        livemode=body["livemode"],
        charge=id_of(body["charge"]),
        payment_intent=id_of(body.get("payment_intent")),
        reason=body["reason"],
        created=moment(body["created"]),
        evidence_due=moment(details["due_by"]) if details.get("due_by") else None,
        has_evidence=details["has_evidence"],
        past_due=details["past_due"],
        submissions=details["submission_count"],
        refundable=body["is_charge_refundable"],
        entries=tuple(one for one in entries if one),
    )


def payout(body: dict[str, Any]) -> PayoutFacts:
    """Read a payout whose balance transactions are expanded."""
    return PayoutFacts(
        id=body["id"],
        status=body["status"],
        amount=from_stripe(body["amount"], body["currency"]),
        livemode=body["livemode"],
        created=moment(body["created"]),
        arrives_on=moment(body["arrival_date"]).date(),
        automatic=body["automatic"],
        reconciled=body["reconciliation_status"] == "completed",
        entry=entry(body.get("balance_transaction")),
        failure_entry=entry(body.get("failure_balance_transaction")),
        failure=body.get("failure_code") or "",
    )


def balance(body: dict[str, Any]) -> BalanceFacts:
    """Read the balance."""
    return BalanceFacts(body["livemode"], _sums(body["available"]), _sums(body["pending"]))


def _sums(rows: list[dict[str, Any]]) -> tuple[Money, ...]:
    return tuple(from_stripe(row["amount"], row["currency"]) for row in rows)
