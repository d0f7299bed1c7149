"""Is this JSON what the SDK's resource annotations, generated from the spec, say it is?"""

import importlib
import types
from decimal import Decimal
from functools import cache
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe
from stripe import ListObject, StripeObject

_ALIASES = {"DisputeResource": "Dispute", "CardResource": "Card", "DiscountResource": "Discount"}
RESOURCES: dict[str, type[StripeObject]] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "charge": stripe.Charge,
    "balance_transaction": stripe.BalanceTransaction,
    "refund": stripe.Refund,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "product": stripe.Product,
    "price": stripe.Price,
    "plan": stripe.Plan,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "line_item": stripe.InvoiceLineItem,
    "invoice_payment": stripe.InvoicePayment,
    "billing_portal.session": stripe.billing_portal.Session,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "test_helpers.test_clock": stripe.test_helpers.TestClock,
    "dispute": stripe.Dispute,
    "file": stripe.File,
    "payout": stripe.Payout,
    "balance": stripe.Balance,
    "webhook_endpoint": stripe.WebhookEndpoint,
}


def faults(body: dict[str, Any]) -> list[str]:
    """Return what does not fit, one line each: a key too many, one missing, a value of another type."""
    return list(_object(body, RESOURCES[body["object"]], body["object"]))


def faults_of_thin(body: dict[str, Any]) -> list[str]:
    """The same for a thin event, whose class depends on its type."""
    module = importlib.import_module("stripe.events._event_classes")
    return list(_object(body, module.get_v2_event_class(body["type"]), body["type"]))


@cache
def annotations(resource: type[StripeObject]) -> dict[str, Any]:
    """Return the fields of a class of the SDK, with their types."""
    found: dict[str, Any] = {}
    for base in reversed(resource.__mro__):
        if issubclass(base, StripeObject) and base is not StripeObject:
            found |= vars(base).get("__annotations__", {})
    return {name: hint for name, hint in found.items() if not name.startswith("_") and name != "OBJECT_NAME"}


def _object(body: Any, resource: type[StripeObject], path: str) -> Any:
    if not isinstance(body, dict):
        yield f"{path}: {body!r} is no object"
        return
    hints = annotations(resource)
    for name in body.keys() - hints.keys():
        yield f"{path}.{name}: the API has no such field"
    for name, hint in hints.items():
        if name in body:
            yield from _value(body[name], hint, f"{path}.{name}")
        elif type(None) not in _branches(hint):
            yield f"{path}.{name}: missing"


def _branches(hint: Any) -> list[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        return [leaf for branch in get_args(hint) for leaf in _branches(branch)]
    return [hint]


def _value(value: Any, hint: Any, path: str) -> Any:
    tries = [list(_one(value, branch, path)) for branch in _branches(hint)]
    if all(tries):
        yield from min(tries, key=len)


def _one(value: Any, hint: Any, path: str) -> Any:
    if hint is Any:
        return
    if hint is type(None) or hint in {int, str, bool, float}:
        if type(value) is not hint:
            yield f"{path}: {value!r} is not of type {hint}"
    elif hint is Decimal:
        if not isinstance(value, str | Decimal):
            yield f"{path}: {value!r} is no decimal, which travels as text"
    elif get_origin(hint) is ListObject:
        yield from _list(value, get_args(hint)[0], path)
    elif get_origin(hint) is Literal:
        if value not in get_args(hint):
            yield f"{path}: {value!r} is none of {get_args(hint)}"
    elif get_origin(hint) is list:
        if not isinstance(value, list):
            yield f"{path}: {value!r} is no list"
            return
        for place, one in enumerate(value):
            yield from _value(one, get_args(hint)[0], f"{path}[{place}]")
    elif isinstance(hint, ForwardRef | str):
        yield from _expanded(value, hint if isinstance(hint, str) else hint.__forward_arg__, path)
    elif isinstance(hint, type) and issubclass(hint, StripeObject):
        yield from _object(value, hint, path)
    elif not isinstance(value, dict):
        yield f"{path}: {value!r} is no map"


def _list(value: Any, of: Any, path: str) -> Any:
    if not isinstance(value, dict) or value.keys() != {"object", "data", "has_more", "url"}:
        yield f"{path}: {value!r} is no list of Stripe's"
        return
    for place, one in enumerate(value["data"]):
        yield from _value(one, of, f"{path}.data[{place}]")


def _expanded(value: Any, name: str, path: str) -> Any:
    """A class named in a string: what is expanded must name itself so."""
    if not isinstance(value, dict):
        yield f"{path}: {value!r} is no {name}"
        return
    resource = RESOURCES.get(value.get("object", ""))
    if resource is None or resource.__name__ != _ALIASES.get(name, name):
        yield f"{path}: no {name}"
        return
    yield from _object(value, resource, path)
