"""What paying does: payment intent, charge, balance transaction, and their events. Whose payment it is, others know."""

from donations.gateway.sandbox import balance, events, methods
from donations.gateway.sandbox.cards import Card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "payment_intent"
NOT_AUTHENTICATED = "payment_intent_authentication_failure"
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
_ECHOED = ("description", "receipt_email", "statement_descriptor", "statement_descriptor_suffix", "transfer_group")
_UNDER_WAY = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def open_intent(tx: Tx, *, amount: int, currency: str, customer: str | None, ways: list[str], data: Json) -> Json:
    """Make an intent to pay. `ways`: card, sepa_debit; `data`: what a caller may set, metadata and descriptors."""
    intent_id = new_id("pi")
    intent = tx.put(
        {
            **dict.fromkeys(_INTENT_NULLS),
            **{field: data[field] for field in _ECHOED if field in data},
            "id": intent_id,
            "object": KIND,
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "capture_method": data.get("capture_method", "automatic_async"),
            "client_secret": f"{intent_id}_secret_{new_id('s')[2:]}",
            "confirmation_method": "automatic",
            "created": int(tx.now),
            "currency": currency,
            "customer": customer,
            "livemode": False,
            "metadata": data.get("metadata", {}),
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": ways,
            "status": "requires_payment_method",
        }
    )
    events.emit(tx, "payment_intent.created", intent)
    return intent


def confirm(
    tx: Tx, config: Config, intent: Json, method: Json, *, ask_at: Json | None = None, off_session: bool = False
) -> str:
    """Try to pay an intent. Returns `paid`, `processing`, `challenge`, or why the card was declined (its code).

    `ask_at`: Stripe's `redirect_to_url`, where 3-D Secure is answered. Off session only the cards ask that always do.
    """
    card = methods.card_of(tx, method["id"])
    if card.asks_always or (card.challenge and not off_session):
        action = {"type": "redirect_to_url", "redirect_to_url": ask_at or {"return_url": None, "url": None}}
        asked = {"status": "requires_action", "next_action": action, "payment_method": method["id"]}
        events.emit(tx, "payment_intent.requires_action", tx.put({**intent, **asked}))
        return "challenge"
    return charge(tx, config, intent, method)


def refuse_authentication(tx: Tx, intent: Json) -> str:
    """Note that the person was not who they said; another card may still pay."""
    message = "We are unable to authenticate your payment method. Please choose a different one and try again."
    _back_to_start(tx, intent, {"type": "invalid_request_error", "code": NOT_AUTHENTICATED, "message": message})
    return NOT_AUTHENTICATED


def charge(tx: Tx, config: Config, intent: Json, method: Json) -> str:
    """Charge a card that has been authenticated, or needs it not. Returns as `confirm`, never `challenge`."""
    card = methods.card_of(tx, method["id"])
    made = _charge(tx, intent, card, method)
    intent = {**intent, "latest_charge": made["id"], "next_action": None}
    if card.code and not card.debit:
        return _decline(tx, intent, made, card)
    intent = {**intent, "payment_method": method["id"], "last_payment_error": None}
    if not card.debit:
        succeed(tx, config, intent, made)
        return "paid"
    events.emit(tx, "charge.pending", tx.put(made))
    intent = tx.put({**intent, "status": "processing"})
    events.emit(tx, "payment_intent.processing", intent)
    tx.at(config.settle_after, "end_debit", intent["id"])
    return "processing"


def succeed(tx: Tx, config: Config, intent: Json, pending: Json) -> None:
    """Let a charge succeed, and its intent."""
    paid = {**pending, "amount_captured": pending["amount"], "captured": True, "paid": True, "status": "succeeded"}
    if config.book_after:
        tx.at(config.book_after, "book_charge", pending["id"])
    else:
        paid["balance_transaction"] = _booked(tx, config, pending)["id"]
    events.emit(tx, "charge.succeeded", tx.put(paid))
    intent = tx.put({**intent, "status": "succeeded", "amount_received": intent["amount"]})
    events.emit(tx, "payment_intent.succeeded", intent)


def fail_debit(tx: Tx, intent: Json) -> None:
    """Let a bank debit that was under way fail."""
    card = methods.card_of(tx, intent["payment_method"])
    pending = tx.need("charge", intent["latest_charge"])
    message = "The customer's bank refused the debit."
    failed = tx.put({**pending, "status": "failed", "failure_code": card.code, "failure_message": message})
    events.emit(tx, "charge.failed", failed)
    error = {"type": "card_error", "code": card.code, "message": message, "charge": pending["id"]}
    _back_to_start(tx, intent, error)


def cancel_intent(tx: Tx, intent_id: str, reason: str = "automatic") -> Json | None:
    """Cancel an intent that has not been paid; return it as it then is."""
    intent = tx.get(KIND, intent_id)
    if intent is None or intent["status"] not in _UNDER_WAY:
        return intent
    facts = {"status": "canceled", "canceled_at": int(tx.now), "cancellation_reason": reason, "next_action": None}
    canceled = tx.put({**intent, **facts})
    events.emit(tx, "payment_intent.canceled", canceled)
    return canceled


def book_charge(tx: Tx, config: Config, charge_id: str) -> None:
    """Write the balance transaction of a payment that had none yet."""
    paid = tx.get("charge", charge_id)
    if paid and not paid["balance_transaction"]:
        entry = _booked(tx, config, paid)
        events.emit(tx, "charge.updated", tx.put({**paid, "balance_transaction": entry["id"]}))


def _booked(tx: Tx, config: Config, paid: Json) -> Json:
    """Enter a payment; the cards that are for disputes are disputed soon after."""
    card = methods.card_of(tx, paid["payment_method"])
    if card.dispute:
        tx.at(config.settle_after, "open_dispute", paid["id"])
    return balance.enter_payment(tx, paid, at_once=card.at_once)


def _decline(tx: Tx, intent: Json, made: Json, card: Card) -> str:
    blocked = card.decline_code == "fraudulent"
    outcome = {
        **made["outcome"],
        "network_status": "not_sent_to_network" if blocked else "declined_by_network",
        "reason": "highest_risk_level" if blocked else card.decline_code or card.code,
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "blocked" if blocked else "issuer_declined",
    }
    failure = {"failure_code": card.code, "failure_message": card.message, "outcome": outcome, "status": "failed"}
    events.emit(tx, "charge.failed", tx.put({**made, **failure}))
    error = {"type": "card_error", "charge": made["id"], "code": card.code, "message": card.message}
    if card.decline_code:
        error["decline_code"] = card.decline_code
    _back_to_start(tx, intent, error)
    return card.code


def _back_to_start(tx: Tx, intent: Json, error: Json) -> None:
    facts = {
        "status": "requires_payment_method",
        "next_action": None,
        "payment_method": None,
        "last_payment_error": error,
    }
    events.emit(tx, "payment_intent.payment_failed", tx.put({**intent, **facts}))


def _charge(tx: Tx, intent: Json, card: Card, method: Json) -> Json:
    tx.keep_private(charge_id := new_id("py" if card.debit else "ch"), {"refund": card.refund})
    how = method["type"]
    return {
        **dict.fromkeys(_CHARGE_NULLS),
        "id": charge_id,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
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
            "risk_level": card.risk,
            "seller_message": "Payment complete.",
            "type": "authorized",
        },
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": how, how: method[how]},
        "refunded": False,
        "status": "pending",
    }
