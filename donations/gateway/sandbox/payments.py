"""What paying does: payment intent, payment method, charge, balance transaction, and their events."""

from donations.gateway.sandbox import balance, events
from donations.gateway.sandbox.cards import Card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

_SESSION = "checkout.session"
_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_INTENT_NULLS = (
    "application", "application_fee_amount", "automatic_payment_methods", "canceled_at", "cancellation_reason",
    "customer", "customer_account", "description", "excluded_payment_method_types", "last_payment_error",
    "latest_charge", "next_action", "on_behalf_of", "payment_method", "payment_method_configuration_details",
    "processing", "receipt_email", "review", "setup_future_usage", "shipping", "source", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_data", "transfer_group",
)  # fmt: skip
_CHARGE_NULLS = (
    "application", "application_fee", "application_fee_amount", "balance_transaction", "customer", "description",
    "failure_balance_transaction", "failure_code", "failure_message", "on_behalf_of", "receipt_email",
    "receipt_number", "receipt_url", "review", "shipping", "source", "source_transfer", "statement_descriptor",
    "statement_descriptor_suffix", "transfer_data", "transfer_group",
)  # fmt: skip


def pay(tx: Tx, config: Config, session: Json, card: Card, *, email: str = "", name: str = "") -> str:
    """Try to pay an open session. Returns `paid`, `processing`, `challenge`, or why the card was declined (its code).

    A decline leaves the session open. A challenge waits for `answer_challenge`.
    """
    intent = _intent(tx, config, session)
    person = {"email": email or session["customer_email"], "name": name or None}
    if card.challenge:
        tx.keep_private(intent["id"], {"card": card.number, **person})
        page = f"{config.public_url}/c/pay/{session['id']}/challenge"
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": session["success_url"], "url": page}}
        intent = tx.put({**intent, "status": "requires_action", "next_action": action})
        events.emit(tx, config, "payment_intent.requires_action", intent)
        return "challenge"
    return _settle(tx, config, session, intent, card, person)


def answer_challenge(tx: Tx, config: Config, session: Json, card: Card, *, passed: bool) -> str:
    """Go on after 3-D Secure. Returns what `pay` does, `challenge` aside. Raises ApiError if nothing was asked."""
    intent = tx.get("payment_intent", session["payment_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        raise ApiError("This payment does not wait for an authentication.")
    facts = tx.private(intent["id"])
    person = {"email": facts["email"], "name": facts["name"]}
    if passed:
        return _settle(tx, config, session, intent, card, person)
    message = "We are unable to authenticate your payment method. Please choose a different one and try again."
    error = {"type": "invalid_request_error", "code": "payment_intent_authentication_failure", "message": message}
    _back_to_start(tx, config, intent, error)
    return error["code"]


def cancel_intent(tx: Tx, config: Config, intent_id: str) -> None:
    """Cancel what a session that expires has begun."""
    intent = tx.get("payment_intent", intent_id)
    if intent is None or intent["status"] in {"succeeded", "processing", "canceled"}:
        return
    facts = {"status": "canceled", "canceled_at": int(tx.now), "cancellation_reason": "automatic", "next_action": None}
    events.emit(tx, config, "payment_intent.canceled", tx.put({**intent, **facts}))


def end_debit(tx: Tx, config: Config, intent_id: str, card: Card) -> None:
    """Let a bank debit that was under way succeed or fail."""
    intent = tx.get("payment_intent", intent_id)
    if intent is None or intent["status"] != "processing":
        return
    (session,) = tx.find(_SESSION, payment_intent=intent_id)
    charge = tx.get("charge", intent["latest_charge"]) or {}
    if card.debit == "succeeded":
        _succeed(tx, config, intent, charge)
        paid = tx.put({**session, "payment_status": "paid"})
        events.emit(tx, config, "checkout.session.async_payment_succeeded", paid)
        return
    message = "The customer's bank refused the debit."
    failed = tx.put({**charge, "status": "failed", "failure_code": card.code, "failure_message": message})
    events.emit(tx, config, "charge.failed", failed)
    _back_to_start(
        tx, config, intent, {"type": "card_error", "code": card.code, "message": message, "charge": charge["id"]}
    )
    events.emit(tx, config, "checkout.session.async_payment_failed", session)


def book_charge(tx: Tx, config: Config, charge_id: str) -> None:
    """Write the balance transaction of a payment that had none yet."""
    charge = tx.get("charge", charge_id)
    if charge and not charge["balance_transaction"]:
        entry = balance.enter_payment(tx, charge)
        events.emit(tx, config, "charge.updated", tx.put({**charge, "balance_transaction": entry["id"]}))


def _intent(tx: Tx, config: Config, session: Json) -> Json:
    """Return the session's intent, made at the first attempt, as Stripe does."""
    if session["payment_intent"]:
        known = tx.get("payment_intent", session["payment_intent"])
        if known is not None:
            return known
    data = tx.private(session["id"]).get("payment_intent_data", {})
    intent_id = new_id("pi")
    echoed = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
    intent = {
        **dict.fromkeys(_INTENT_NULLS),
        **{field: data[field] for field in echoed if field in data},
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_secret_{new_id('s')[2:]}",
        "confirmation_method": "automatic",
        "created": int(tx.now),
        "currency": session["currency"],
        "customer": session["customer"],
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_options": session["payment_method_options"],
        "payment_method_types": session["payment_method_types"],
        "status": "requires_payment_method",
    }
    tx.put(intent)
    tx.put({**session, "payment_intent": intent_id})
    events.emit(tx, config, "payment_intent.created", intent)
    return intent


def _settle(tx: Tx, config: Config, session: Json, intent: Json, card: Card, person: Json) -> str:
    charge = _charge(tx, intent, card, person)
    intent = {**intent, "latest_charge": charge["id"], "next_action": None}
    if card.code and not card.debit:
        return _decline(tx, config, intent, charge, card)
    intent = {**intent, "payment_method": charge["payment_method"], "last_payment_error": None}
    details = {
        **dict.fromkeys(("business_name", "individual_name", "phone")),
        **person,
        "address": _NO_ADDRESS,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    complete = {
        **session,
        "payment_intent": intent["id"],
        "status": "complete",
        "url": None,
        "customer_details": details,
    }
    if card.debit:
        tx.put(charge)
        events.emit(tx, config, "charge.pending", charge)
        tx.keep_private(intent["id"], {"card": card.number})
        intent = tx.put({**intent, "status": "processing"})
        events.emit(tx, config, "payment_intent.processing", intent)
        tx.at(config.settle_after, "end_debit", intent["id"])
    else:
        _succeed(tx, config, intent, charge)
        complete["payment_status"] = "paid"
    events.emit(tx, config, "checkout.session.completed", tx.put(complete))
    return "processing" if card.debit else "paid"


def _succeed(tx: Tx, config: Config, intent: Json, charge: Json) -> None:
    paid = {**charge, "amount_captured": charge["amount"], "captured": True, "paid": True, "status": "succeeded"}
    if config.book_after:
        tx.at(config.book_after, "book_charge", charge["id"])
    else:
        paid["balance_transaction"] = balance.enter_payment(tx, charge)["id"]
    events.emit(tx, config, "charge.succeeded", tx.put(paid))
    intent = tx.put({**intent, "status": "succeeded", "amount_received": intent["amount"]})
    events.emit(tx, config, "payment_intent.succeeded", intent)


def _decline(tx: Tx, config: Config, intent: Json, charge: Json, card: Card) -> str:
    outcome = {
        **charge["outcome"],
        "network_status": "declined_by_network",
        "reason": card.decline_code or card.code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    failure = {"failure_code": card.code, "failure_message": card.message, "outcome": outcome, "status": "failed"}
    events.emit(tx, config, "charge.failed", tx.put({**charge, **failure}))
    error = {"type": "card_error", "charge": charge["id"], "code": card.code, "message": card.message}
    if card.decline_code:
        error["decline_code"] = card.decline_code
    _back_to_start(tx, config, intent, error)
    return card.code


def _back_to_start(tx: Tx, config: Config, intent: Json, error: Json) -> None:
    facts = {
        "status": "requires_payment_method",
        "next_action": None,
        "payment_method": None,
        "last_payment_error": error,
    }
    events.emit(tx, config, "payment_intent.payment_failed", tx.put({**intent, **facts}))


def _charge(tx: Tx, intent: Json, card: Card, person: Json) -> Json:
    billing = {"address": _NO_ADDRESS, "phone": None, "tax_id": None, **person}
    method = _payment_method(tx, card, billing)
    tx.keep_private(charge_id := new_id("ch"), {"refund": card.refund})
    how = method["type"]
    return {
        **dict.fromkeys(_CHARGE_NULLS),
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": billing,
        "calculated_statement_descriptor": "SANDBOX",
        "captured": False,
        "created": int(tx.now),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": how, how: _shown(card)},
        "refunded": False,
        "status": "pending",
    }


def _payment_method(tx: Tx, card: Card, billing: Json) -> Json:
    how = "sepa_debit" if card.debit else "card"
    facts = {"id": new_id("pm"), "object": "payment_method", "created": int(tx.now), "type": how, how: _shown(card)}
    rest: Json = {
        "allow_redisplay": "limited",
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
    }
    return tx.put({**rest, **facts, "billing_details": billing})


def _shown(card: Card) -> Json:
    """Return what a payment method may show: never the whole number."""
    if card.debit:
        facts = {"bank_code": "19043", "branch_code": "", "country": "AT", "fingerprint": new_id("f")[2:18]}
        return {**facts, "last4": card.number[-4:]}
    return {
        "brand": card.brand,
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": new_id("f")[2:18],
        "funding": "credit",
        "last4": card.number[-4:] or None,
    }
