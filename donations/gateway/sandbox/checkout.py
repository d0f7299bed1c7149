"""Checkout Sessions: opened, shown, listed, expired. Paying is in checkout_pay.py, the hosted page in page.py."""

from typing import Any
from urllib.parse import urlsplit

from donations.gateway.sandbox import events, prices
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, invalid, missing_parameter, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.payments import cancel_intent
from donations.gateway.sandbox.store import Json, Tx

KIND = "checkout.session"
_SHORTEST, _LONGEST = 30 * 60, 24 * 60 * 60
# what a session may leave out at Stripe, and is null then
_NULLS = (
    "after_expiration", "allow_promotion_codes", "billing_address_collection", "client_secret",
    "collected_information", "consent", "consent_collection", "currency_conversion", "customer_account",
    "customer_details", "discounts", "invoice", "invoice_creation", "locale", "managed_payments", "origin_context",
    "payment_intent", "payment_link", "payment_method_configuration_details", "permissions", "recovered_from",
    "return_url", "saved_payment_method_options", "setup_intent", "shipping_address_collection", "shipping_cost",
    "subscription", "wallet_options", "integration_identifier", "cancel_url", "client_reference_id", "customer",
    "customer_email", "submit_type",
)  # fmt: skip
_ECHOED = (
    "allow_promotion_codes", "billing_address_collection", "cancel_url", "client_reference_id", "customer",
    "customer_email", "locale", "submit_type", "success_url", "origin_context", "integration_identifier",
)  # fmt: skip
_TEXTS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def create(call: Call) -> Json:
    """Answer POST /v1/checkout/sessions: once or again and again, on the hosted page."""
    params, tx = call.params, call.tx
    mode = _mode(params)
    for url in ("success_url", "cancel_url"):
        _absolute(params, url)
    if "customer" in params and tx.get("customer", params["customer"]) is None:
        raise no_such("customer", params["customer"], "customer")
    currency, amount, name = _priced(tx, params, mode)
    expires_at = params.get("expires_at", int(tx.now) + _LONGEST)
    # a minute of grace: a caller's clock and ours differ
    if not tx.now + _SHORTEST - 60 <= expires_at <= tx.now + _LONGEST + 60:
        raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", "expires_at")
    session_id = new_id("cs_test", 58)
    session = {
        **dict.fromkeys(_NULLS),
        **{field: params[field] for field in _ECHOED if field in params},
        "id": session_id,
        "object": KIND,
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": int(tx.now),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {**dict.fromkeys(_TEXTS), **params.get("custom_text", {})},
        "customer_creation": params.get("customer_creation", "if_required") if mode == "payment" else "always",
        "expires_at": expires_at,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "mode": mode,
        "payment_method_collection": "if_required" if mode == "payment" else "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card", "sepa_debit"] if currency == "eur" else ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{call.config.public_url}/c/pay/{session_id}",
    }
    kept = ("payment_intent_data", "subscription_data", "line_items")
    tx.keep_private(session_id, {"product": name, **{field: params[field] for field in kept if field in params}})
    tx.at(expires_at - tx.now, "expire_session", session_id)
    return tx.put(session)


def expire(call: Call) -> Json:
    """Answer POST /v1/checkout/sessions/{id}/expire."""
    session = call.tx.get(KIND, call.object_id)
    if session is None:
        raise no_such(KIND, call.object_id)
    if session["status"] != "open":
        raise ApiError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of '
            f"`{session['status']}`."
        )
    return close(call.tx, session)


def close(tx: Tx, session: Json) -> Json:
    """Expire an open session: it can never be paid any more."""
    if intent := intent_of(tx, session):
        cancel_intent(tx, intent["id"])
    expired = tx.put({**session, "status": "expired", "url": None})
    events.emit(tx, "checkout.session.expired", expired)
    return expired


def intent_of(tx: Tx, session: Json) -> Json | None:
    """Return what the session has begun to pay with; one for a subscription does not show it."""
    return tx.get("payment_intent", session["payment_intent"] or tx.private(session["id"]).get("intent", ""))


def run_out(tx: Tx, config: Config, session_id: str) -> None:
    """Expire a session when its time is over."""
    session = tx.get(KIND, session_id)
    if session and session["status"] == "open":
        close(tx, session)


def _mode(params: Json) -> str:
    """Return `payment` or `subscription`, once what belongs to the other has been refused."""
    mode: str = params.get("mode", "payment")
    if mode not in {"payment", "subscription"}:
        raise invalid("The sandbox knows the modes `payment` and `subscription`.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox knows ui_mode `hosted_page` alone.", "ui_mode")
    if not params.get("line_items"):
        raise missing_parameter("line_items")
    if "success_url" not in params:
        raise missing_parameter("success_url")
    foreign = ("subscription_data",) if mode == "payment" else ("payment_intent_data", "customer_creation")
    for name in foreign:
        if name in params:
            raise invalid(f"You can not pass `{name}` in `{mode}` mode.", name)
    if mode == "subscription" and params.get("submit_type", "auto") not in {"auto", "subscribe"}:
        raise invalid("`submit_type` of a subscription is `subscribe` or `auto`.", "submit_type")
    return mode


def _absolute(params: Json, name: str) -> None:
    url = params.get(name)
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
        raise invalid("Not a valid URL: an explicit scheme (such as https) must be provided.", name, "url_invalid")


def _priced(tx: Tx, params: Json, mode: str) -> tuple[str, int, str]:
    """Return currency, total and the first product's name."""
    lines: list[Any] = params["line_items"]
    if mode == "subscription" and len(lines) > 1:
        raise invalid("The sandbox knows subscriptions of one item.", "line_items")
    priced = [_price(tx, line, f"line_items[{place}]", mode) for place, line in enumerate(lines)]
    currency = priced[0]["currency"].lower()
    if any(price["currency"].lower() != currency for price in priced):
        raise invalid("All prices of one Checkout Session must have one currency.", "line_items")
    total = sum(price["unit_amount"] * line.get("quantity", 1) for price, line in zip(priced, lines, strict=True))
    prices.check_total(total, currency)
    return currency, total, priced[0]["name"]


def _price(tx: Tx, line: Json, path: str, mode: str) -> Json:
    """Return currency, unit_amount and name of a line. Raises ApiError."""
    if "price" in line:
        price = tx.get(prices.KIND, line["price"])
        if price is None:
            raise no_such("price", line["price"], f"{path}[price]")
        name = tx.need(prices.PRODUCT, price["product"])["name"]
        path = f"{path}[price]"
    elif "price_data" in line:
        price, path = line["price_data"], f"{path}[price_data]"
        prices.checked_amount(price, path)
        if "product_data" not in price and tx.get(prices.PRODUCT, price.get("product", "")) is None:
            raise missing_parameter(f"{path}[product_data]")
        name = price["product_data"]["name"] if "product_data" in price else ""
    else:
        raise missing_parameter(f"{path}[price_data]")
    if bool(price.get("recurring")) != (mode == "subscription"):
        raise invalid(f"A session in `{mode}` mode takes no such price: see `recurring`.", path)
    return {"currency": price["currency"], "unit_amount": price["unit_amount"], "name": name}
