"""Products and prices: what is paid for, and how much, once or again and again."""

from typing import Any

from donations.gateway.sandbox import events, fees
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import ApiError, invalid, missing_parameter, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND, PRODUCT = "price", "product"


def create_product(call: Call) -> Json:
    """Answer POST /v1/products."""
    return make_product(call.tx, call.params)


def create(call: Call) -> Json:
    """Answer POST /v1/prices."""
    return make(call.tx, call.params, "")


def update(call: Call) -> Json:
    """Answer POST /v1/prices/{id}: an amount never changes, whether it is in use does."""
    price = call.tx.get(KIND, call.object_id)
    if price is None:
        raise no_such(KIND, call.object_id)
    taken = {name: call.params[name] for name in ("active", "nickname", "metadata") if name in call.params}
    changed = call.tx.put({**price, **taken})
    events.emit(call.tx, "price.updated", changed)
    return changed


def make_product(tx: Tx, data: Json) -> Json:
    """Keep a product."""
    product = {
        **dict.fromkeys(("default_price", "description", "package_dimensions", "shippable", "statement_descriptor")),
        **dict.fromkeys(("tax_code", "unit_label", "url")),
        "id": data.get("id") or new_id("prod", 14),
        "object": PRODUCT,
        "active": data.get("active", True),
        "created": int(tx.now),
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": data.get("metadata", {}),
        "name": data["name"],
        "type": "service",
        "updated": int(tx.now),
    }
    product |= {name: data[name] for name in ("description", "statement_descriptor") if name in data}
    events.emit(tx, "product.created", tx.put(product))
    return product


def make(tx: Tx, data: Json, path: str) -> Json:
    """Keep a price of what was sent as `price_data` or to /v1/prices. Raises ApiError naming the field under `path`."""
    currency = data["currency"].lower()
    amount = checked_amount(data, path)
    product = _product(tx, data, path)
    recurring: Any = data.get("recurring")
    if recurring:
        recurring = {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        }
    price = tx.put(
        {
            **dict.fromkeys(("custom_unit_amount", "lookup_key", "nickname", "tiers_mode", "transform_quantity")),
            "id": new_id("price"),
            "object": KIND,
            "active": True,
            "billing_scheme": "per_unit",
            "created": int(tx.now),
            "currency": currency,
            "livemode": False,
            "metadata": data.get("metadata", {}),
            "product": product["id"],
            "recurring": recurring,
            "tax_behavior": data.get("tax_behavior", "unspecified"),
            "type": "recurring" if recurring else "one_time",
            "unit_amount": amount,
            "unit_amount_decimal": str(amount),
        }
    )
    events.emit(tx, "price.created", price)
    return price


def checked_amount(data: Json, path: str) -> int:
    """Return `unit_amount`, in a currency the sandbox knows and in steps that currency has. Raises ApiError."""
    currency = data["currency"].lower()
    if currency not in fees.CURRENCIES:
        raise invalid(f"Invalid currency: {currency}.", under(path, "currency"))
    if "unit_amount" not in data:
        raise missing_parameter(under(path, "unit_amount"))
    amount: int = data["unit_amount"]
    if amount < 0:
        raise invalid("Invalid non-negative integer", under(path, "unit_amount"), "parameter_invalid_integer")
    if amount % fees.step(currency):
        raise invalid(
            f"An amount in {currency} must be a multiple of {fees.step(currency)}.",
            under(path, "unit_amount"),
            "amount_invalid",
        )
    return amount


def check_total(total: int, currency: str) -> None:
    """Raise ApiError for what is too small or too large to be charged."""
    if total < fees.minimum(currency):
        raise ApiError(
            f"The Checkout Session's total amount due must add up to at least {fees.minimum(currency)} {currency}.",
            code="amount_too_small",
        )
    if total > fees.MAXIMUM:
        raise ApiError(f"The total amount due must be no more than {fees.MAXIMUM}.", code="amount_too_large")


def plan_of(price: Json) -> Json:
    """Return the older object that Stripe still shows beside a recurring price."""
    return {
        **dict.fromkeys(("meter", "nickname", "tiers_mode", "transform_usage", "trial_period_days")),
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": price["metadata"],
        "product": price["product"],
        "usage_type": "licensed",
    }


def under(path: str, name: str) -> str:
    """Return the name of a field as Stripe writes it in `param`."""
    return f"{path}[{name}]" if path else name


def _product(tx: Tx, data: Json, path: str) -> Json:
    if "product_data" in data:
        return make_product(tx, data["product_data"])
    if "product" not in data:
        raise missing_parameter(under(path, "product_data"))
    product = tx.get(PRODUCT, data["product"])
    if product is None:
        raise no_such(PRODUCT, data["product"], under(path, "product"))
    return product
