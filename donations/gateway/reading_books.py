"""Stripe's disputes, payouts and balance as facts of ours, and what is listed and cannot be read."""

from typing import Any

from donations.gateway.amounts import from_stripe
from donations.gateway.errors import AmountRefusedError
from donations.gateway.facts import BalanceEntry
from donations.gateway.facts_books import BalanceFacts, DisputeFacts, PayoutFacts, UnreadFacts
from donations.gateway.reading import balance_transaction, entry, id_of, moment
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


def listed_entry(body: dict[str, Any]) -> BalanceEntry | UnreadFacts:
    """Read a balance transaction of a list, in which one that cannot be read holds up no other."""
    try:
        found = balance_transaction(body)
    except AmountRefusedError as error:
        return _unread_entry(body, error.code)
    return found if found.net == found.gross - found.fee else _unread_entry(body, "net_differs")


def listed_payout(body: dict[str, Any]) -> PayoutFacts | UnreadFacts:
    """Read a payout of a list, in which one that cannot be read holds up no other."""
    try:
        return payout(body)
    except AmountRefusedError as error:
        return UnreadFacts(
            what="payout",
            why=error.code,
            id=body["id"],
            kind="payout",
            category="",
            source="",
            currency=body["currency"] or "",
            amount=body["amount"],
            fee=0,
            net=body["amount"],
            created=moment(body["created"]),
        )


def balance(body: dict[str, Any]) -> BalanceFacts:
    """Read the balance."""
    available, unread = _sums(body["available"])
    pending, more = _sums(body["pending"])
    return BalanceFacts(body["livemode"], available, pending, (*unread, *more))


def _unread_entry(body: dict[str, Any], why: str) -> UnreadFacts:
    return UnreadFacts(
        what="balance_transaction",
        why=why,
        id=body["id"],
        kind=body["type"],
        category=body.get("reporting_category") or "",
        source=id_of(body.get("source")),
        currency=body["currency"] or "",
        amount=body["amount"],
        fee=body["fee"],
        net=body["net"],
        created=moment(body["created"]),
    )


def _sums(rows: list[dict[str, Any]]) -> tuple[tuple[Money, ...], tuple[tuple[str, int], ...]]:
    """Return what can be said in Money, and the rest as Stripe writes it, without what is nothing."""
    read, unread = [], []
    for row in rows:
        try:
            read.append(from_stripe(row["amount"], row["currency"]))
        except AmountRefusedError:
            if row["amount"]:
                unread.append((row["currency"] or "", row["amount"]))
    return tuple(read), tuple(unread)
