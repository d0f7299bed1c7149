"""Customers, as far as one-off gifts need them: made, changed, deleted."""

from donations.gateway.sandbox import events
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json

KIND = "customer"
_TAKEN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt")


def create(call: Call) -> Json:
    """Answer POST /v1/customers."""
    blank: Json = {
        **dict.fromkeys(("address", "currency", "default_source", "description", "discount", "email", "name", "phone")),
        "id": new_id("cus", 14),
        "object": KIND,
        "balance": 0,
        "created": int(call.tx.now),
        "delinquent": False,
        "invoice_prefix": new_id("i", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
    }
    customer = call.tx.put(_changed(blank, call.params))
    events.emit(call.tx, call.config, "customer.created", customer)
    return customer


def update(call: Call) -> Json:
    """Answer POST /v1/customers/{id}."""
    customer = call.tx.put(_changed(_known(call), call.params))
    events.emit(call.tx, call.config, "customer.updated", customer)
    return customer


def delete(call: Call) -> Json:
    """Answer DELETE /v1/customers/{id}: everything about the person goes."""
    customer = _known(call)
    call.tx.drop(customer["id"])
    events.emit(call.tx, call.config, "customer.deleted", customer)
    return {"id": customer["id"], "object": KIND, "deleted": True}


def _known(call: Call) -> Json:
    customer = call.tx.get(KIND, call.object_id)
    if customer is None:
        raise no_such(KIND, call.object_id)
    return customer


def _changed(customer: Json, params: Json) -> Json:
    """Return the customer with what was sent; "" takes a value away, and a metadata key whose value is ""."""
    facts = {name: params[name] or None for name in _TAKEN if name in params}
    if "metadata" in params:
        merged = {**customer["metadata"], **(params["metadata"] or {})}
        facts["metadata"] = {key: value for key, value in merged.items() if value and params["metadata"]}
    return {**customer, **facts}
