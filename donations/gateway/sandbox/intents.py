"""Payment intents as the API has them: made, confirmed with a card of Stripe's test names, canceled."""

from donations.gateway.sandbox import fees, methods, moments, payments, prices
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import ApiError, missing_parameter, no_such
from donations.gateway.sandbox.store import Json, Tx

_ECHOED = ("capture_method", "description", "metadata", "receipt_email", "statement_descriptor_suffix")


def create(call: Call) -> Json:
    """Answer POST /v1/payment_intents, and with `confirm` charge the card."""
    params, tx = call.params, call.tx
    amount = prices.checked_amount({"currency": params["currency"], "unit_amount": params["amount"]}, "")
    currency = params["currency"].lower()
    if amount < fees.minimum(currency):
        raise ApiError(
            f"Amount must be at least {fees.minimum(currency)} {currency}.", code="amount_too_small", param="amount"
        )
    customer = params.get("customer")
    if customer and tx.get("customer", customer) is None:
        raise no_such("customer", customer, "customer")
    with moments.of_customer(tx, customer):
        intent = payments.open_intent(
            tx,
            amount=amount,
            currency=currency,
            customer=customer,
            ways=["card", "sepa_debit"] if currency == "eur" else ["card"],
            data={name: params[name] for name in _ECHOED if name in params},
        )
    if not params.get("confirm"):
        return intent
    return _confirmed(call, intent)


def confirm(call: Call) -> Json:
    """Answer POST /v1/payment_intents/{id}/confirm."""
    intent = _known(call)
    if intent["status"] not in {"requires_payment_method", "requires_confirmation", "requires_action"}:
        raise _unexpected(intent, "confirm")
    return _confirmed(call, intent)


def cancel(call: Call) -> Json:
    """Answer POST /v1/payment_intents/{id}/cancel."""
    intent = _known(call)
    reason = call.params.get("cancellation_reason", "requested_by_customer")
    canceled = payments.cancel_intent(call.tx, intent["id"], reason)
    if canceled is None or canceled["status"] != "canceled" or intent["status"] == "canceled":
        raise _unexpected(intent, "cancel")
    return canceled


def _confirmed(call: Call, intent: Json) -> Json:
    """Charge it. A card that is declined is a 402, and has been tried."""
    params, tx = call.params, call.tx
    if "payment_method" not in params:
        raise missing_parameter("payment_method")
    method = methods.named(tx, params["payment_method"], "payment_method")
    page = {"return_url": params.get("return_url"), "url": None}
    off_session = params.get("off_session", False) is not False
    with moments.of_customer(tx, intent["customer"]):
        outcome = payments.confirm(tx, call.config, intent, method, ask_at=page, off_session=off_session)
    if outcome in {"paid", "processing", "challenge"}:
        return tx.need(payments.KIND, intent["id"])
    raise _refused(tx, intent["id"])


def _refused(tx: Tx, intent_id: str) -> ApiError:
    error = tx.need(payments.KIND, intent_id)["last_payment_error"]
    return ApiError(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        decline_code=error.get("decline_code", ""),
        happened=True,
    )


def _unexpected(intent: Json, deed: str) -> ApiError:
    message = f"You cannot {deed} this PaymentIntent because it has a status of {intent['status']}."
    return ApiError(message, code="payment_intent_unexpected_state")


def _known(call: Call) -> Json:
    intent = call.tx.get(payments.KIND, call.object_id)
    if intent is None:
        raise no_such("payment_intent", call.object_id)
    return intent
