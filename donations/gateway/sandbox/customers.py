"""Customers: made, changed, deleted with all that renews for them."""

from donations.gateway.sandbox import events, methods, moments, subscriptions
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND = "customer"
_TAKEN = ("address", "description", "email", "name", "phone", "preferred_locales", "shipping", "tax_exempt")


def create(call: Call) -> Json:
    """Answer POST /v1/customers."""
    clock = call.params.get("test_clock")
    if clock and call.tx.get(moments.CLOCK, clock) is None:
        raise no_such("test clock", clock, "test_clock")
    customer = make(call.tx, call.params)
    return _with_method(call, customer) if "payment_method" in call.params else customer


def update(call: Call) -> Json:
    """Answer POST /v1/customers/{id}."""
    return change(call.tx, _known(call), call.params)


def delete(call: Call) -> Json:
    """Answer DELETE /v1/customers/{id}: everything about the person goes, and nothing renews any more."""
    customer = _known(call)
    with moments.of_customer(call.tx, customer["id"]):
        for subscription in call.tx.find(subscriptions.KIND, customer=customer["id"]):
            if subscription["status"] not in subscriptions.OVER:
                subscriptions.end(call.tx, subscription, "cancellation_requested")
    for method in call.tx.find(methods.KIND, customer=customer["id"]):
        call.tx.put({**method, "customer": None})
    call.tx.drop(customer["id"])
    events.emit(call.tx, "customer.deleted", customer)
    return {"id": customer["id"], "object": KIND, "deleted": True}


def make(tx: Tx, data: Json) -> Json:
    """Keep a new customer."""
    blank: Json = {
        **dict.fromkeys(("address", "currency", "default_source", "description", "discount", "email", "name", "phone")),
        "id": new_id("cus", 14),
        "object": KIND,
        "balance": 0,
        "created": int(tx.now),
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
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": data.get("test_clock"),
    }
    customer = tx.put(_changed(blank, data))
    events.emit(tx, "customer.created", customer)
    return customer


def change(tx: Tx, customer: Json, data: Json) -> Json:
    """Keep what is sent of a customer."""
    customer = tx.put(_changed(customer, data))
    events.emit(tx, "customer.updated", customer)
    return customer


def pay_with(tx: Tx, customer: Json, method_id: str) -> Json:
    """Let invoices be paid with this method from now on."""
    settings = {**customer["invoice_settings"], "default_payment_method": method_id}
    changed = tx.put({**customer, "invoice_settings": settings})
    events.emit(tx, "customer.updated", changed)
    return changed


def _with_method(call: Call, customer: Json) -> Json:
    method = methods.named(call.tx, call.params["payment_method"], "payment_method")
    methods.attach_to(call.tx, method, customer["id"])
    return _changed(customer, call.params)


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
    if "invoice_settings" in params:
        facts["invoice_settings"] = {**customer["invoice_settings"], **params["invoice_settings"]}
    return {**customer, **facts}
