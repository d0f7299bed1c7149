"""What banks do, by the controls: disputes opened and closed, payouts sent and sent back, entries of any currency."""

from donations.gateway.sandbox import balance, disputes, payouts
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.store import Json, Tx

_LONGEST_NUMBER = 9
_LONGEST_STRAY, _MOST_STRAYS = 30, 1000


def dispute(tx: Tx, about: str, query: Json) -> Json:
    """Open a dispute over a charge, or over the charge of a payment intent."""
    intent = tx.get("payment_intent", about)
    charge_id = (intent["latest_charge"] or "") if intent else about
    return disputes.open_for(
        tx,
        charge_id,
        reason=str(query.get("reason", "fraudulent")),
        amount=_number(query, "amount"),
        inquiry=query.get("inquiry") == "1",
    )


def close(tx: Tx, about: str, query: Json) -> Json:
    """End a dispute, or make one of an inquiry."""
    found, outcome = tx.get(disputes.KIND, about), query.get("outcome")
    if found is None:
        raise no_such(disputes.KIND, about)
    if outcome == "escalated":
        return disputes.escalate(tx, found)
    if outcome not in {"won", "lost"} or found["status"] not in disputes.OPEN:
        raise ApiError("`outcome` is won, lost or escalated, of a dispute that is open.")
    won = _number(query, "amount")
    if won is not None and not 0 < won <= found["amount"]:
        raise ApiError(f"`amount` is 1 to {found['amount']}.")
    return disputes.close(tx, found, outcome, won=won, fee_back=query.get("fee") == "returned")


def pay_out(tx: Tx, about: str, query: Json) -> Json:
    """Send an automatic payout."""
    return payouts.pay_out(tx, str(query.get("currency", "eur")), pending_too=query.get("pending") == "1")


def send_back(tx: Tx, about: str, query: Json) -> Json:
    """Let a payout come back."""
    return payouts.fail(tx, about, str(query.get("code", "account_closed")))


def stray(tx: Tx, about: str, query: Json) -> Json:
    """Write balance transactions of no payment, in a currency spelled as asked, which nobody here need know."""
    amount, fee = _number(query, "amount", longest=_LONGEST_STRAY), _number(query, "fee")
    times, payout_id = _number(query, "times") or 1, str(query.get("payout", ""))
    if amount is None or times > _MOST_STRAYS:
        raise ApiError(f"`amount` is needed, and `times` is 1 to {_MOST_STRAYS}.")
    if payout_id and tx.get(payouts.KIND, payout_id) is None:
        raise no_such(payouts.KIND, payout_id, "payout")
    sign, currency = -1 if query.get("below") == "1" else 1, str(query.get("currency", ""))
    made = [balance.enter_stray(tx, currency, sign * amount, fee=fee or 0) for _ in range(times)]
    if payout_id:
        balance.pay_out(tx, made, payout_id)
    return {"ids": [one["id"] for one in made]}


def _number(query: Json, name: str, *, longest: int = _LONGEST_NUMBER) -> int | None:
    sent = query.get(name)
    if sent is None:
        return None
    if not (isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) <= longest):
        raise ApiError(f"`{name}` is a whole number in Stripe's units.")
    return int(sent)
