"""Disputes: opened by a test card or by the controls, answered with evidence, won or lost, in whole or in part.

Stripe takes the money and a fee as soon as a dispute is open (an inquiry takes nothing); a dispute that is won brings
the money back, the fee only where the controls say so. `winning_evidence` and `losing_evidence` as `uncategorized_text`
decide it, as Stripe documents; other evidence stays under review until the controls close it.
"""

from datetime import UTC, datetime, timedelta

from donations.gateway.sandbox import balance, events, files, methods
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "dispute"
_DAYS_TO_ANSWER = 14
OPEN = frozenset({"needs_response", "under_review", "warning_needs_response", "warning_under_review"})
_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
_DECIDES = {"winning_evidence": "won", "losing_evidence": "lost"}
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def open_for_card(tx: Tx, config: Config, charge_id: str) -> None:
    """Dispute a payment whose test card is for that."""
    card = methods.card_of(tx, tx.need("charge", charge_id)["payment_method"])
    open_for(tx, charge_id, reason=card.dispute, inquiry=card.inquiry)


def open_for(tx: Tx, charge_id: str, *, reason: str, amount: int | None = None, inquiry: bool = False) -> Json:
    """Open a dispute over a payment, or a part of it. Raises ApiError if there is no such payment, or no such part."""
    charge = tx.get("charge", charge_id)
    if charge is None or not charge["balance_transaction"]:
        raise no_such("charge", charge_id)
    if charge["disputed"]:
        raise ApiError("This charge is disputed already.")
    amount = charge["amount"] if amount is None else amount
    if not 0 < amount <= charge["amount"]:
        raise ApiError(f"A dispute is over 1 to {charge['amount']}.")
    dispute = tx.put(_blank(tx, charge, amount, reason, inquiry=inquiry))
    tx.put({**charge, "disputed": True})
    events.emit(tx, "charge.dispute.created", dispute)
    tx.at(dispute["evidence_details"]["due_by"] - tx.now, "dispute_due", dispute["id"])
    return dispute if inquiry else _withdraw(tx, dispute)


def update(call: Call) -> Json:
    """Answer POST /v1/disputes/{id}: evidence is staged, and sent with `submit` (which is the default) once."""
    tx, params, dispute = call.tx, call.params, _known(call)
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already closed as {dispute['status']}.")
    facts: Json = {"evidence": dispute["evidence"], "metadata": dispute["metadata"]}
    if "metadata" in params:
        facts["metadata"] = {**dispute["metadata"], **(params["metadata"] or {})} if params["metadata"] else {}
    if "evidence" in params:
        files.check_known(tx, params["evidence"])
        given = {name: value or None for name, value in params["evidence"].items() if name in dispute["evidence"]}
        facts["evidence"] = {**dispute["evidence"], **given}
    details = dispute["evidence_details"]
    has = any(facts["evidence"][name] for name in _EVIDENCE)
    details = {**details, "has_evidence": has}
    if "evidence" in params and params.get("submit", True):
        if details["submission_count"]:
            raise ApiError("Evidence was submitted already: the bank takes it once.", param="evidence")
        if details["past_due"]:
            raise ApiError("The time to answer this dispute is over.", param="evidence")
        details |= {"submission_count": 1, "submission_method": "manual"}
        facts["status"] = "warning_under_review" if dispute["status"].startswith("warning") else "under_review"
        if facts["evidence"]["uncategorized_text"] in _DECIDES:
            tx.at(call.config.settle_after, "decide_dispute", dispute["id"])
    changed = tx.put({**dispute, **facts, "evidence_details": details})
    events.emit(tx, "charge.dispute.updated", changed)
    return changed


def accept(call: Call) -> Json:
    """Answer POST /v1/disputes/{id}/close: the dispute is conceded."""
    dispute = _known(call)
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already closed as {dispute['status']}.")
    return close(call.tx, dispute, "lost")


def decide(tx: Tx, config: Config, dispute_id: str) -> None:
    """Let the evidence speak."""
    dispute = tx.get(KIND, dispute_id)
    if dispute and dispute["status"] in OPEN:
        close(tx, dispute, _DECIDES[dispute["evidence"]["uncategorized_text"]])


def run_out(tx: Tx, config: Config, dispute_id: str) -> None:
    """Lose what was never answered."""
    dispute = tx.get(KIND, dispute_id)
    if dispute is None or not dispute["status"].endswith("needs_response"):
        return
    late = tx.put({**dispute, "evidence_details": {**dispute["evidence_details"], "past_due": True}})
    close(tx, late, "lost")


def escalate(tx: Tx, dispute: Json) -> Json:
    """Make a dispute of an inquiry. Raises ApiError for anything else."""
    if not dispute["status"].startswith("warning") or dispute["status"] == "warning_closed":
        raise ApiError("Only an open inquiry can become a dispute.")
    card = {**dispute["payment_method_details"]["card"], "case_type": "chargeback"}
    facts = {"status": "needs_response", "payment_method_details": {"card": card, "type": "card"}}
    return _withdraw(tx, tx.put({**dispute, **facts}))


def close(tx: Tx, dispute: Json, outcome: str, *, won: int | None = None, fee_back: bool = False) -> Json:
    """End it. `won`: how much of it comes back, if not all; `fee_back`: the fee too."""
    if dispute["status"].startswith("warning"):
        dispute = tx.put({**dispute, "status": "warning_closed"})
        tx.put({**tx.need("charge", dispute["charge"]), "disputed": False})
    else:
        dispute = tx.put({**dispute, "status": outcome})
    if outcome == "won" and dispute["balance_transactions"]:
        amount = dispute["amount"] if won is None else won
        entry = balance.enter_dispute_back(tx, dispute, amount, fee_back=fee_back)
        dispute = tx.put({**dispute, "balance_transactions": [*dispute["balance_transactions"], entry]})
        events.emit(tx, "charge.dispute.funds_reinstated", dispute)
    events.emit(tx, "charge.dispute.closed", dispute)
    return dispute


def _withdraw(tx: Tx, dispute: Json) -> Json:
    entry = balance.enter_dispute(tx, dispute)
    withdrawn = tx.put({**dispute, "balance_transactions": [entry], "is_charge_refundable": False})
    events.emit(tx, "charge.dispute.funds_withdrawn", withdrawn)
    return withdrawn


def _known(call: Call) -> Json:
    dispute = call.tx.get(KIND, call.object_id)
    if dispute is None:
        raise no_such(KIND, call.object_id)
    return dispute


def _blank(tx: Tx, charge: Json, amount: int, reason: str, *, inquiry: bool) -> Json:
    due = datetime.fromtimestamp(tx.now, UTC) + timedelta(days=_DAYS_TO_ANSWER)
    dispute = {
        "id": new_id("dp"),
        "object": KIND,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": int(tx.now),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": int(due.replace(hour=23, minute=59, second=59).timestamp()),
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": True,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    if charge["payment_method_details"]["type"] == "card":
        brand = charge["payment_method_details"]["card"]["brand"]
        dispute["payment_method_details"] = {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": _NETWORK_CODES.get(reason, "13.1"),
            },
            "type": "card",
        }
    return dispute
