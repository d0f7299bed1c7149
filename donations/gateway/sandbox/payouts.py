"""Payouts: what leaves for the bank, which balance transactions it is made of, and when it arrives or comes back."""

from donations.gateway.sandbox import balance, events
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "payout"
_DAYS_UNDER_WAY = 2
_DAY = 24 * 60 * 60


def create(call: Call) -> Json:
    """Answer POST /v1/payouts: one by hand, of any part of what is available. No list says what it is made of."""
    currency, amount = call.params["currency"].lower(), call.params["amount"]
    if amount < 1:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount", early=True)
    if amount > balance.available(call.tx).get(currency, 0):
        raise ApiError(
            "You have insufficient funds in your Stripe account for this transfer.", code="balance_insufficient"
        )
    payout = _send(call.tx, currency, amount, automatic=False)
    return call.tx.put({**payout, "metadata": call.params.get("metadata", {})})


def cancel(call: Call) -> Json:
    """Answer POST /v1/payouts/{id}/cancel. At Stripe only those that are `pending`, which here none is for long."""
    payout = _known(call.tx, call.object_id)
    raise ApiError(f"Payouts can only be canceled while they are pending. This one is {payout['status']}.")


def pay_out(tx: Tx, currency: str, *, pending_too: bool = False) -> Json:
    """Send an automatic payout of all that is available and has not left yet. Raises ApiError if that is nothing.

    `pending_too` does not wait for the days until a payment is available.
    """
    entries = [entry for entry in balance.not_paid_out(tx, currency) if pending_too or entry["available_on"] <= tx.now]
    amount = sum(entry["net"] for entry in entries)
    if amount < 1:
        raise ApiError(f"Nothing is available to pay out in {currency}.", code="balance_insufficient")
    payout = _send(tx, currency, amount, automatic=True)
    balance.pay_out(tx, [*entries, tx.need(balance.KIND, payout["balance_transaction"])], payout["id"])
    return payout


def arrive(tx: Tx, config: Config, payout_id: str) -> None:
    """Let the money reach the bank."""
    payout = tx.get(KIND, payout_id)
    if payout is None or payout["status"] != "in_transit":
        return
    arrived = {**payout, "status": "paid", "trace_id": {"status": "supported", "value": new_id("t", 12)[2:]}}
    if payout["automatic"]:
        arrived["reconciliation_status"] = "completed"
    tx.put(arrived)
    events.emit(tx, "payout.paid", arrived)
    if payout["automatic"]:
        events.emit(tx, "payout.reconciliation_completed", arrived)


def fail(tx: Tx, payout_id: str, code: str) -> Json:
    """Let the bank send it back, under way or days after it was `paid`. Raises ApiError if it came back already."""
    payout = _known(tx, payout_id)
    if payout["status"] not in {"in_transit", "paid"}:
        raise ApiError(f"This payout is {payout['status']}.")
    entry = balance.enter_payout(tx, payout, back=True)
    facts = {
        "status": "failed",
        "failure_balance_transaction": entry["id"],
        "failure_code": code,
        "failure_message": "The bank could not process this transfer.",
    }
    failed = tx.put({**payout, **facts})
    events.emit(tx, "payout.failed", failed)
    return failed


def entries_clause(call: Call) -> tuple[str, list[str]]:
    """Return the condition for balance transactions of one payout. Raises ApiError for one by hand, as Stripe does."""
    payout = _known(call.tx, call.params["payout"], "payout")
    if not payout["automatic"]:
        raise ApiError(
            "Balance transaction history can only be filtered on automatic payouts, not manual.", param="payout"
        )
    return "id IN (SELECT entry FROM paid_out WHERE payout = ?)", [payout["id"]]


def _send(tx: Tx, currency: str, amount: int, *, automatic: bool) -> Json:
    payout: Json = {
        **dict.fromkeys(("application_fee", "application_fee_amount", "failure_balance_transaction", "failure_code")),
        **dict.fromkeys(("failure_message", "original_payout", "payout_method", "reversed_by", "statement_descriptor")),
        "id": new_id("po"),
        "object": KIND,
        "amount": amount,
        "arrival_date": int(tx.now) + _DAYS_UNDER_WAY * _DAY,
        "automatic": automatic,
        "created": int(tx.now),
        "currency": currency,
        "description": "STRIPE PAYOUT",
        "destination": "ba_sandbox",
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "reconciliation_status": "in_progress" if automatic else "not_applicable",
        "source_type": "card",
        "status": "in_transit",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
    payout["balance_transaction"] = balance.enter_payout(tx, payout)["id"]
    events.emit(tx, "payout.created", tx.put(payout))
    tx.at(_DAYS_UNDER_WAY * _DAY, "arrive_payout", payout["id"])
    return payout


def _known(tx: Tx, payout_id: str, param: str = "id") -> Json:
    payout = tx.get(KIND, payout_id)
    if payout is None:
        raise no_such(KIND, payout_id, param)
    return payout
