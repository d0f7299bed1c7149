"""Balance transactions: what every payment, refund, dispute and payout does to the balance, and what it comes to."""

import json
from collections.abc import Callable
from typing import Any

from donations.gateway.sandbox import fees
from donations.gateway.sandbox.call import Call
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
    "payout": "payout",
    "payout_failure": "payout_reversal",
}
_COLUMNS = {
    "charge": "gross",
    "other_adjustment": "gross",
    "refund": "refunded",
    "refund_failure": "refunded",
    "dispute": "disputed",
    "dispute_reversal": "disputed",
    "payout": "paid_out",
    "payout_reversal": "paid_out",
}


def enter_payment(tx: Tx, charge: Json, *, at_once: bool = False) -> Json:
    """Write what a payment brings: gross, fee, net, converted if need be; available in two days, or `at_once`."""
    settled = fees.settled(charge["amount"], charge["currency"])
    kind = "charge" if charge["payment_method_details"]["type"] == "card" else "payment"
    return _enter(
        tx,
        kind=kind,
        source=charge["id"],
        currency=settled.currency,
        amount=settled.gross,
        fee=settled.fee,
        what="Stripe processing fees",
        rate=settled.rate,
        days=0 if at_once else _DAYS_UNTIL_AVAILABLE,
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


def enter_dispute(tx: Tx, dispute: Json) -> Json:
    """Write that a dispute took its amount and Stripe a fee."""
    into, gross, rate = _settled(dispute)
    fee = fees.DISPUTES[into]
    return _enter(
        tx, kind="adjustment", category="dispute", source=dispute["id"], currency=into, amount=-gross, rate=rate,
        fee=fee, what="Dispute fee", days=0,
    )  # fmt: skip


def enter_dispute_back(tx: Tx, dispute: Json, amount: int, *, fee_back: bool) -> Json:
    """Write that a dispute was won, or `amount` of it (in the currency it was paid in), and perhaps the fee with it."""
    into, gross, rate = _settled({**dispute, "amount": amount})
    fee = -fees.DISPUTES[into] if fee_back else 0
    return _enter(
        tx, kind="adjustment", category="dispute_reversal", source=dispute["id"], currency=into, amount=gross,
        rate=rate, fee=fee, what="Dispute fee refund" if fee_back else "", days=0,
    )  # fmt: skip


def enter_payout(tx: Tx, payout: Json, *, back: bool = False) -> Json:
    """Write that a payout left the balance, or came back to it."""
    kind, sign = ("payout_failure", 1) if back else ("payout", -1)
    amount, currency = sign * payout["amount"], payout["currency"]
    return _enter(tx, kind=kind, source=payout["id"], currency=currency, amount=amount, days=0)


def enter_stray(tx: Tx, currency: str, amount: int, *, fee: int = 0) -> Json:
    """Write an adjustment of no payment, in a currency spelled as it is given, which need be none that is known."""
    return _enter(
        tx, kind="adjustment", category="other_adjustment", source="", currency=currency, amount=amount, fee=fee,
        what="Adjustment fee", days=0,
    )  # fmt: skip


def not_paid_out(tx: Tx, currency: str) -> list[Json]:
    """Return the entries of a currency that no automatic payout holds, oldest first."""
    rows = tx.con.execute(
        "SELECT body FROM objects WHERE kind = ? AND json_extract(body, '$.currency') = ?"
        " AND id NOT IN (SELECT entry FROM paid_out) ORDER BY seq",
        (KIND, currency),
    )
    return [json.loads(row[0]) for row in rows]


def pay_out(tx: Tx, entries: list[Json], payout_id: str) -> None:
    """Note which entries a payout is made of, its own among them."""
    tx.con.executemany("INSERT INTO paid_out VALUES (?, ?)", [(entry["id"], payout_id) for entry in entries])


def available(tx: Tx) -> dict[str, int]:
    """Return per currency what could leave now."""
    return _sums(tx, "available_on", lambda on: on <= tx.now)


def retrieve(call: Call) -> Json:
    """Answer GET /v1/balance."""
    tx = call.tx
    pending = _sums(tx, "available_on", lambda on: on > tx.now)

    def rows(sums: dict[str, int]) -> list[Json]:
        return [
            {"amount": sums.get(currency, 0), "currency": currency, "source_types": {"card": sums.get(currency, 0)}}
            for currency in sorted({"eur", *sums, *pending})
        ]

    return {"object": "balance", "available": rows(available(tx)), "livemode": False, "pending": rows(pending)}


def as_now(tx: Tx, entry: Json) -> Json:
    """Return an entry with the state it has at this moment."""
    return {**entry, "status": "available" if entry["available_on"] <= tx.now else "pending"}


def totals(tx: Tx) -> Json:
    """Return the books: per settlement currency gross (payments), fee, refunded, disputed, paid_out, net, entries."""
    names = ("gross", "fee", "refunded", "disputed", "paid_out", "net", "entries")
    books: dict[str, dict[str, int]] = {}
    for entry in tx.find(KIND):
        row = books.setdefault(entry["currency"], dict.fromkeys(names, 0))
        column = _COLUMNS[entry["reporting_category"]]
        row[column] += entry["amount"] if column == "gross" else -entry["amount"]
        row["fee"] += entry["fee"]
        row["net"] += entry["net"]
        row["entries"] += 1
    return books


def _sums(tx: Tx, field: str, counts: Callable[[float], bool]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for entry in tx.find(KIND):
        if counts(entry[field]):
            sums[entry["currency"]] = sums.get(entry["currency"], 0) + entry["net"]
    return sums


def _settled(dispute: Json) -> tuple[str, int, Any]:
    """Return settlement currency, gross and rate of what is disputed."""
    currency = dispute["currency"]
    into = currency if currency in fees.FEES else "eur"
    return into, fees.converted(dispute["amount"], currency), fees.RATES.get(currency)


def _enter(
    tx: Tx,
    *,
    kind: str,
    source: str,
    currency: str,
    amount: int,
    category: str = "",
    fee: int = 0,
    what: str = "",
    rate: Any = None,
    days: int = _DAYS_UNTIL_AVAILABLE,
) -> Json:
    detail = {"amount": fee, "application": None, "currency": currency, "description": what, "type": "stripe_fee"}
    return tx.put(
        {
            "id": new_id("txn"),
            "object": KIND,
            "amount": amount,
            "available_on": int(tx.wall) + days * 24 * 60 * 60,
            "balance_type": "payments",
            "created": int(tx.wall),
            "currency": currency,
            "description": "STRIPE PAYOUT" if kind == "payout" else None,
            "exchange_rate": None if rate is None else float(rate),
            "fee": fee,
            "fee_details": [detail] if fee else [],
            "net": amount - fee,
            "reporting_category": category or _CATEGORIES[kind],
            "source": source,
            "status": "pending" if days else "available",
            "type": kind,
        }
    )
