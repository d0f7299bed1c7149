"""Refunds: full, partial, repeated, slow, failing after all."""

from donations.gateway.sandbox import balance, events
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, invalid, missing_parameter, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "refund"


def create(call: Call) -> Json:
    """Answer POST /v1/refunds."""
    tx, params = call.tx, call.params
    charge = _charge(tx, params)
    for dispute in tx.find("dispute", charge=charge["id"]):
        if not dispute["is_charge_refundable"] and dispute["status"] != "won":
            raise ApiError(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
            )
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        raise ApiError(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount")
    slow = tx.private(charge["id"]).get("refund") == "pending"
    refund: Json = {
        "id": new_id("re"),
        "object": KIND,
        "amount": amount,
        "charge": charge["id"],
        "created": int(tx.now),
        "currency": charge["currency"],
        "destination_details": _destination(charge, "pending" if slow else "refund"),
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if slow else "succeeded",
        "transfer_reversal": None,
    }
    if slow:
        refund["pending_reason"] = "processing"
    refund["balance_transaction"] = balance.enter_refund(tx, charge, refund)["id"]
    tx.put(refund)
    _count(tx, charge, amount)
    events.emit(tx, "refund.created", refund)
    if tx.private(charge["id"]).get("refund"):
        tx.at(call.config.settle_after, "end_refund", refund["id"])
    return refund


def end_refund(tx: Tx, config: Config, refund_id: str) -> None:
    """Let a slow refund succeed, and one of the failing card fail: the money comes back to the balance."""
    refund = tx.get(KIND, refund_id)
    charge = tx.get("charge", refund["charge"]) if refund else None
    if refund is None or charge is None or refund["status"] == "failed":
        return
    refund.pop("pending_reason", None)
    if tx.private(charge["id"]).get("refund") == "fails":
        back = balance.enter_refund_failure(tx, refund)
        facts = {"status": "failed", "failure_reason": "unknown", "failure_balance_transaction": back["id"]}
        refund = tx.put({**refund, **facts})
        tx.put({**charge, "amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False})
        events.emit(tx, "refund.failed", refund)
    else:
        refund = tx.put({**refund, "status": "succeeded", "destination_details": _destination(charge, "refund")})
    for kind in ("refund.updated", "charge.refund.updated"):
        events.emit(tx, kind, refund)


def _destination(charge: Json, how: str) -> Json | None:
    """Say how the money travels back: to a card by itself, for a bank debit nothing is said."""
    to_card = charge["payment_method_details"]["type"] == "card"
    return {"card": {"type": how}, "type": "card"} if to_card else None


def _count(tx: Tx, charge: Json, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    counted = tx.put({**charge, "amount_refunded": refunded, "refunded": refunded == charge["amount"]})
    events.emit(tx, "charge.refunded", counted)


def _charge(tx: Tx, params: Json) -> Json:
    """Return the charge that is meant. Raises ApiError as Stripe does if there is none that can be refunded."""
    if "charge" in params:
        charge = tx.get("charge", params["charge"])
        if charge is None:
            raise no_such("charge", params["charge"], "charge")
    elif "payment_intent" in params:
        intent = tx.get("payment_intent", params["payment_intent"])
        if intent is None:
            raise no_such("payment_intent", params["payment_intent"], "payment_intent")
        charge = tx.get("charge", intent["latest_charge"] or "") or {"status": "none", "id": intent["id"]}
    else:
        raise missing_parameter("charge")
    if charge["status"] != "succeeded":
        raise ApiError(f"{charge['id']} has no successful charge to refund.", code="charge_not_refundable")
    return charge
