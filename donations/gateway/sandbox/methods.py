"""Payment methods: made of a test card, attached to a customer, detached. The whole number is shown by no API."""

from donations.gateway.sandbox import events
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.cards import TOKENS, Card, by_name, name_of, read_card
from donations.gateway.sandbox.errors import ApiError, invalid, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "payment_method"
NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def make(tx: Tx, card: Card, person: Json) -> Json:
    """Keep a payment method of a card. `person`: `email` and `name`, what Stripe calls billing details."""
    how = "sepa_debit" if card.debit else "card"
    method: Json = {
        "id": new_id("pm"),
        "object": KIND,
        "allow_redisplay": "limited",
        "billing_details": {"address": NO_ADDRESS, "phone": None, "tax_id": None, **person},
        "created": int(tx.now),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": how,
        how: shown(card),
    }
    tx.keep_private(method["id"], {"card": name_of(card)})
    return tx.put(method)


def card_of(tx: Tx, method_id: str) -> Card:
    """Return the test card behind a payment method."""
    return by_name(tx.private(method_id).get("card", ""))


def attach_to(tx: Tx, method: Json, customer_id: str) -> Json:
    """Let a customer keep a payment method."""
    if method["customer"] == customer_id:
        return method
    attached = tx.put({**method, "customer": customer_id})
    events.emit(tx, "payment_method.attached", attached)
    return attached


def named(tx: Tx, name: str, param: str) -> Json:
    """Return the payment method of an id or of one of Stripe's test names (`pm_card_visa`), which makes one."""
    if name in TOKENS:
        return make(tx, read_card(TOKENS[name]), {"email": None, "name": None})
    method = tx.get(KIND, name)
    if method is None:
        raise no_such("PaymentMethod", name, param)
    return method


def attach(call: Call) -> Json:
    """Answer POST /v1/payment_methods/{id}/attach."""
    method = named(call.tx, call.object_id, "id")
    if "customer" not in call.params:
        raise invalid("You must pass `customer`.", "customer")
    if call.tx.get("customer", call.params["customer"]) is None:
        raise no_such("customer", call.params["customer"], "customer")
    if method["customer"] not in {None, call.params["customer"]}:
        raise ApiError("The payment method you provided has already been attached to a customer.")
    card = card_of(call.tx, method["id"])
    if card.code and not card.debit and not card.later:
        raise declined(card)
    return attach_to(call.tx, method, call.params["customer"])


def detach(call: Call) -> Json:
    """Answer POST /v1/payment_methods/{id}/detach."""
    method = named(call.tx, call.object_id, "id")
    if method["customer"] is None:
        raise ApiError("The payment method you provided is not attached to a customer so detachment is impossible.")
    detached = call.tx.put({**method, "customer": None})
    events.emit(call.tx, "payment_method.detached", detached)
    return detached


def declined(card: Card) -> ApiError:
    """Return Stripe's 402 for a card that is refused."""
    return ApiError(card.message, status=402, kind="card_error", code=card.code, decline_code=card.decline_code)


def shown(card: Card) -> Json:
    """Return what a payment method may show: never the whole number."""
    if card.debit:
        facts = {"bank_code": "19043", "branch_code": "", "country": "AT", "fingerprint": new_id("f")[2:18]}
        return {**facts, "last4": card.number[-4:]}
    return {
        "brand": card.brand,
        "country": card.country,
        "exp_month": card.expires[1],
        "exp_year": card.expires[0],
        "fingerprint": new_id("f")[2:18],
        "funding": card.funding,
        "last4": card.number[-4:] or None,
    }
