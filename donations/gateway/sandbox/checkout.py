"""Checkout Sessions: opened, shown, listed, expired. Paying is in payments.py, the hosted page in page.py."""

from typing import Any
from urllib.parse import urlsplit

from donations.gateway.sandbox import events, fees
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
    """Answer POST /v1/checkout/sessions. One-off payments on the hosted page, priced inline."""
    params, tx = call.params, call.tx
    _one_off(params)
    for url in ("success_url", "cancel_url"):
        _absolute(params, url)
    if "customer" in params and tx.get("customer", params["customer"]) is None:
        raise no_such("customer", params["customer"], "customer")
    currency, amount, name = _priced(params)
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
        "customer_creation": params.get("customer_creation", "if_required"),
        "expires_at": expires_at,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
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
    tx.keep_private(session_id, {"product": name, "payment_intent_data": params.get("payment_intent_data", {})})
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
    return close(call.tx, call.config, session)


def close(tx: Tx, config: Config, session: Json) -> Json:
    """Expire an open session: it can never be paid any more."""
    if session["payment_intent"]:
        cancel_intent(tx, config, session["payment_intent"])
    expired = tx.put({**session, "status": "expired", "url": None})
    events.emit(tx, config, "checkout.session.expired", expired)
    return expired


def _one_off(params: Json) -> None:
    if params.get("mode", "payment") != "payment":
        raise invalid("The sandbox knows mode `payment` alone.", "mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The sandbox knows ui_mode `hosted_page` alone.", "ui_mode")
    if not params.get("line_items"):
        raise missing_parameter("line_items")
    if "success_url" not in params:
        raise missing_parameter("success_url")


def _absolute(params: Json, name: str) -> None:
    url = params.get(name)
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc):
        raise invalid("Not a valid URL: an explicit scheme (such as https) must be provided.", name, "url_invalid")


def _priced(params: Json) -> tuple[str, int, str]:
    """Return currency, total and the first product's name."""
    lines: list[Any] = params["line_items"]
    prices = [_inline_price(line, f"line_items[{place}]") for place, line in enumerate(lines)]
    currency = prices[0]["currency"].lower()
    if any(price["currency"].lower() != currency for price in prices):
        raise invalid("All prices of one Checkout Session must have one currency.", "line_items")
    if currency not in fees.CURRENCIES:
        raise invalid(f"Invalid currency: {currency}.", "line_items[0][price_data][currency]")
    total = sum(price["unit_amount"] * line.get("quantity", 1) for price, line in zip(prices, lines, strict=True))
    if total % fees.step(currency):
        raise invalid(
            f"An amount in {currency} must be a multiple of {fees.step(currency)}.", "line_items", "amount_invalid"
        )
    if total < fees.minimum(currency):
        raise ApiError(
            f"The Checkout Session's total amount due must add up to at least {fees.minimum(currency)} {currency}.",
            code="amount_too_small",
        )
    if total > fees.MAXIMUM:
        raise ApiError(f"The total amount due must be no more than {fees.MAXIMUM}.", code="amount_too_large")
    return currency, total, prices[0].get("product_data", {}).get("name", "")


def _inline_price(line: Json, path: str) -> Json:
    if "price" in line:
        raise no_such("price", line["price"], f"{path}[price]")
    if "price_data" not in line:
        raise missing_parameter(f"{path}[price_data]")
    price: Json = line["price_data"]
    if "unit_amount" not in price:
        raise missing_parameter(f"{path}[price_data][unit_amount]")
    if price["unit_amount"] < 0:
        raise invalid("Invalid non-negative integer", f"{path}[price_data][unit_amount]", "parameter_invalid_integer")
    if "product_data" not in price:
        raise missing_parameter(f"{path}[price_data][product_data]")
    return price
