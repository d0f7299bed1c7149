"""Balance transactions: what every payment and refund does to the balance."""

from typing import Any

from donations.gateway.sandbox import fees
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "balance_transaction"
_DAYS_UNTIL_AVAILABLE = 2
_CATEGORIES = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
}


def enter_payment(tx: Tx, charge: Json) -> Json:
    """Write what a payment brings: gross, fee, net, converted if need be."""
    settled = fees.settled(charge["amount"], charge["currency"])
    detail = {
        "amount": settled.fee,
        "application": None,
        "currency": settled.currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    return _enter(
        tx,
        kind=kind,
        source=charge["id"],
        currency=settled.currency,
        amount=settled.gross,
        fee=settled.fee,
        fee_details=[detail],
        rate=settled.rate,
    )


def enter_refund(tx: Tx, charge: Json, refund: Json) -> Json:
    """Write what a refund takes away: no fee comes back. Partial refunds sum to the whole, however they are rounded."""
    before, currency = charge["amount_refunded"], charge["currency"]
    gross = fees.converted(before + refund["amount"], currency) - fees.converted(before, currency)
    kind = "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund"
    into = currency if currency in fees.FEES else "eur"
    return _enter(tx, kind=kind, source=refund["id"], currency=into, amount=-gross, rate=fees.RATES.get(currency))


def enter_refund_failure(tx: Tx, refund: Json) -> Json:
    """Write that the money of a failed refund came back."""
    taken = tx.get(KIND, refund["balance_transaction"]) or {}
    back = {"amount": -taken["amount"], "currency": taken["currency"], "rate": taken["exchange_rate"]}
    return _enter(tx, kind="refund_failure", source=refund["id"], **back)


def totals(tx: Tx) -> Json:
    """Return per settlement currency the sums of gross (payments), fee, refunded and net, and the number of entries."""
    books: dict[str, dict[str, int]] = {}
    for entry in tx.find(KIND):
        row = books.setdefault(entry["currency"], {"gross": 0, "fee": 0, "refunded": 0, "net": 0, "entries": 0})
        column = "gross" if entry["reporting_category"] == "charge" else "refunded"
        row[column] += entry["amount"] if column == "gross" else -entry["amount"]
        row["fee"] += entry["fee"]
        row["net"] += entry["net"]
        row["entries"] += 1
    return books


def _enter(
    tx: Tx,
    *,
    kind: str,
    source: str,
    currency: str,
    amount: int,
    fee: int = 0,
    fee_details: list[Json] | None = None,
    rate: Any = None,
) -> Json:
    return tx.put(
        {
            "id": new_id("txn"),
            "object": KIND,
            "amount": amount,
            "available_on": int(tx.now) + _DAYS_UNTIL_AVAILABLE * 24 * 60 * 60,
            "balance_type": "payments",
            "created": int(tx.now),
            "currency": currency,
            "description": None,
            "exchange_rate": None if rate is None else float(rate),
            "fee": fee,
            "fee_details": fee_details or [],
            "net": amount - fee,
            "reporting_category": _CATEGORIES[kind],
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )
