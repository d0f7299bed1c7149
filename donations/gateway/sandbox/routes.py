"""Which request is answered by what, and which of the SDK's typed parameters it is checked against."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import stripe.params as v1
import stripe.params.billing_portal as v1_portal
import stripe.params.checkout as v1_checkout
import stripe.params.test_helpers as v1_tests
import stripe.params.v2.core as v2_core

from donations.gateway.sandbox import (
    balance,
    checkout,
    clocks,
    collecting,
    customers,
    disputes,
    endpoints,
    events,
    files,
    intents,
    invoices,
    methods,
    moments,
    objects,
    payouts,
    portal,
    prices,
    refunds,
    subscribing,
    subscriptions,
)
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.store import Json

Handler = Callable[[Call], Json]
_SESSIONS = "/v1/checkout/sessions"
_CLOCKS = "/v1/test_helpers/test_clocks"


@dataclass(frozen=True, slots=True)
class Route:
    """`path` has at most one `{id}`. `untyped` parameters are taken as text: the SDK has no type for them."""

    method: str
    path: str
    handler: Handler
    spec: type
    untyped: tuple[str, ...] = ()

    def matches(self, path: str) -> re.Match[str] | None:
        """Match a path, with the id in group `id` if there is one."""
        pattern = re.escape(self.path).replace(r"\{id\}", r"(?P<id>[A-Za-z0-9_]{1,255})")
        return re.fullmatch(pattern, path)


def _one(kind: str) -> Handler:
    return lambda call: objects.retrieve(call, kind)


def _list(kind: str, url: str, *filters: str) -> Handler:
    return partial(objects.listed, kind=kind, url=url, filters=filters)


def _subscriptions(call: Call) -> Json:
    """Without a wish all but the canceled, as Stripe does."""
    wanted = call.params.pop("status", "")
    if wanted not in {"", "all"}:
        call.params["status"] = wanted
    page = objects.listed(call, subscriptions.KIND, "/v1/subscriptions", ("customer", "status", "test_clock"))
    return page if wanted else {**page, "data": [one for one in page["data"] if one["status"] != "canceled"]}


def _snapshot_event(call: Call) -> Json:
    return events.snapshot(call.tx, events.find(call.tx, call.object_id))


def _thin_event(call: Call) -> Json:
    return events.thin(events.find(call.tx, call.object_id), pushed=False)


def _thin_events(call: Call) -> Json:
    page = call.params.get("page", "")
    filters = {name: value for name, value in call.params.items() if name != "page"}
    data, below = events.list_thin(call.tx, filters, int(page) if page.isdigit() else None)
    if below is None:
        return {"data": data, "next_page_url": None, "previous_page_url": None}
    pairs: list[tuple[str, object]] = [("page", below)]
    for name, value in filters.items():
        if isinstance(value, dict):
            pairs += [(f"{name}[{key}]", one) for key, one in value.items()]
        elif isinstance(value, list):
            pairs += [(f"{name}[{place}]", one) for place, one in enumerate(value)]
        else:
            pairs.append((name, value))
    return {"data": data, "next_page_url": f"/v2/core/events?{urlencode(pairs)}", "previous_page_url": None}


ROUTES = (
    Route("POST", _SESSIONS, checkout.create, v1_checkout.SessionCreateParams),
    Route(
        "GET",
        _SESSIONS,
        _list(checkout.KIND, _SESSIONS, "customer", "payment_intent", "status"),
        v1_checkout.SessionListParams,
    ),
    Route("GET", f"{_SESSIONS}/{{id}}", _one(checkout.KIND), v1_checkout.SessionRetrieveParams),
    Route("POST", f"{_SESSIONS}/{{id}}/expire", checkout.expire, v1_checkout.SessionExpireParams),
    Route(
        "GET",
        "/v1/payment_intents",
        _list("payment_intent", "/v1/payment_intents", "customer"),
        v1.PaymentIntentListParams,
    ),
    Route("POST", "/v1/payment_intents", intents.create, v1.PaymentIntentCreateParams),
    Route("POST", "/v1/payment_intents/{id}/confirm", intents.confirm, v1.PaymentIntentConfirmParams),
    Route("POST", "/v1/payment_intents/{id}/cancel", intents.cancel, v1.PaymentIntentCancelParams),
    Route("GET", "/v1/payment_intents/{id}", _one("payment_intent"), v1.PaymentIntentRetrieveParams),
    Route("GET", "/v1/payment_methods/{id}", _one("payment_method"), v1.PaymentMethodRetrieveParams),
    Route("GET", "/v1/charges", _list("charge", "/v1/charges", "customer", "payment_intent"), v1.ChargeListParams),
    Route("GET", "/v1/charges/{id}", _one("charge"), v1.ChargeRetrieveParams),
    Route(
        "GET",
        "/v1/balance_transactions",
        _list(balance.KIND, "/v1/balance_transactions", "currency", "source", "type"),
        v1.BalanceTransactionListParams,
    ),
    Route("GET", "/v1/balance_transactions/{id}", _one(balance.KIND), v1.BalanceTransactionRetrieveParams),
    Route("GET", "/v1/balance", balance.retrieve, v1.BalanceRetrieveParams),
    Route(
        "GET", "/v1/disputes", _list(disputes.KIND, "/v1/disputes", "charge", "payment_intent"), v1.DisputeListParams
    ),
    Route("GET", "/v1/disputes/{id}", _one(disputes.KIND), v1.DisputeRetrieveParams),
    Route("POST", "/v1/disputes/{id}", disputes.update, v1.DisputeUpdateParams),
    Route("POST", "/v1/files", files.create, v1.FileCreateParams),
    Route("GET", "/v1/files", _list(files.KIND, "/v1/files", "purpose"), v1.FileListParams),
    Route("GET", "/v1/files/{id}", _one(files.KIND), v1.FileRetrieveParams),
    Route("POST", "/v1/disputes/{id}/close", disputes.accept, v1.DisputeCloseParams),
    Route("POST", "/v1/payouts", payouts.create, v1.PayoutCreateParams),
    Route("GET", "/v1/payouts", _list(payouts.KIND, "/v1/payouts", "status", "destination"), v1.PayoutListParams),
    Route("GET", "/v1/payouts/{id}", _one(payouts.KIND), v1.PayoutRetrieveParams),
    Route("POST", "/v1/payouts/{id}/cancel", payouts.cancel, v1.PayoutCancelParams),
    Route("POST", "/v1/refunds", refunds.create, v1.RefundCreateParams),
    Route("GET", "/v1/refunds", _list(refunds.KIND, "/v1/refunds", "charge", "payment_intent"), v1.RefundListParams),
    Route("GET", "/v1/refunds/{id}", _one(refunds.KIND), v1.RefundRetrieveParams),
    Route("POST", "/v1/customers", customers.create, v1.CustomerCreateParams),
    Route("GET", "/v1/customers", _list(customers.KIND, "/v1/customers", "email"), v1.CustomerListParams),
    Route("GET", "/v1/customers/{id}", _one(customers.KIND), v1.CustomerRetrieveParams),
    Route("POST", "/v1/customers/{id}", customers.update, v1.CustomerUpdateParams),
    Route("DELETE", "/v1/customers/{id}", customers.delete, v1.CustomerDeleteParams),
    Route(
        "GET",
        "/v1/payment_methods",
        _list(methods.KIND, "/v1/payment_methods", "customer", "type"),
        v1.PaymentMethodListParams,
    ),
    Route("POST", "/v1/payment_methods/{id}/attach", methods.attach, v1.PaymentMethodAttachParams),
    Route("POST", "/v1/payment_methods/{id}/detach", methods.detach, v1.PaymentMethodDetachParams),
    Route("POST", "/v1/products", prices.create_product, v1.ProductCreateParams),
    Route("GET", "/v1/products", _list(prices.PRODUCT, "/v1/products"), v1.ProductListParams),
    Route("GET", "/v1/products/{id}", _one(prices.PRODUCT), v1.ProductRetrieveParams),
    Route("POST", "/v1/prices", prices.create, v1.PriceCreateParams),
    Route("GET", "/v1/prices", _list(prices.KIND, "/v1/prices", "product", "currency"), v1.PriceListParams),
    Route("GET", "/v1/prices/{id}", _one(prices.KIND), v1.PriceRetrieveParams),
    Route("POST", "/v1/prices/{id}", prices.update, v1.PriceUpdateParams),
    Route("POST", "/v1/subscriptions", subscribing.create, v1.SubscriptionCreateParams),
    Route("GET", "/v1/subscriptions", _subscriptions, v1.SubscriptionListParams),
    Route("GET", "/v1/subscriptions/{id}", _one(subscriptions.KIND), v1.SubscriptionRetrieveParams),
    Route("POST", "/v1/subscriptions/{id}", subscribing.update, v1.SubscriptionUpdateParams),
    Route("DELETE", "/v1/subscriptions/{id}", subscribing.cancel, v1.SubscriptionCancelParams),
    Route(
        "GET",
        "/v1/invoices",
        _list(
            invoices.KIND, "/v1/invoices", "customer", "status", "subscription=parent.subscription_details.subscription"
        ),
        v1.InvoiceListParams,
    ),
    Route("GET", "/v1/invoices/{id}", _one(invoices.KIND), v1.InvoiceRetrieveParams),
    Route("POST", "/v1/invoices/{id}/pay", collecting.pay, v1.InvoicePayParams),
    Route("POST", "/v1/invoices/{id}/void", invoices.void, v1.InvoiceVoidInvoiceParams),
    Route(
        "POST",
        "/v1/invoices/{id}/mark_uncollectible",
        invoices.mark_uncollectible,
        v1.InvoiceMarkUncollectibleParams,
    ),
    Route(
        "GET",
        "/v1/invoice_payments",
        _list(invoices.PAYMENT, "/v1/invoice_payments", "invoice", "status"),
        v1.InvoicePaymentListParams,
    ),
    Route("GET", "/v1/invoice_payments/{id}", _one(invoices.PAYMENT), v1.InvoicePaymentRetrieveParams),
    Route("POST", "/v1/billing_portal/sessions", portal.create, v1_portal.SessionCreateParams),
    Route(
        "GET",
        "/v1/billing_portal/configurations",
        _list(portal.CONFIGURATION, "/v1/billing_portal/configurations"),
        v1_portal.ConfigurationListParams,
    ),
    Route(
        "GET",
        "/v1/billing_portal/configurations/{id}",
        _one(portal.CONFIGURATION),
        v1_portal.ConfigurationRetrieveParams,
    ),
    Route("POST", _CLOCKS, clocks.create, v1_tests.TestClockCreateParams),
    Route("GET", _CLOCKS, _list(moments.CLOCK, _CLOCKS), v1_tests.TestClockListParams),
    Route("GET", f"{_CLOCKS}/{{id}}", _one(moments.CLOCK), v1_tests.TestClockRetrieveParams),
    Route("POST", f"{_CLOCKS}/{{id}}/advance", clocks.advance, v1_tests.TestClockAdvanceParams),
    Route("DELETE", f"{_CLOCKS}/{{id}}", clocks.delete, v1_tests.TestClockDeleteParams),
    Route("POST", "/v1/webhook_endpoints", endpoints.create, v1.WebhookEndpointCreateParams),
    Route("GET", "/v1/webhook_endpoints", _list(endpoints.KIND, "/v1/webhook_endpoints"), v1.WebhookEndpointListParams),
    Route("GET", "/v1/webhook_endpoints/{id}", _one(endpoints.KIND), v1.WebhookEndpointRetrieveParams),
    Route("POST", "/v1/webhook_endpoints/{id}", endpoints.update, v1.WebhookEndpointUpdateParams),
    Route("DELETE", "/v1/webhook_endpoints/{id}", endpoints.delete, v1.WebhookEndpointDeleteParams),
    Route("GET", "/v1/events", lambda call: events.list_snapshots(call.tx, call.params), v1.EventListParams),
    Route("GET", "/v1/events/{id}", _snapshot_event, v1.EventRetrieveParams),
    # the SDK follows `next_page_url` as it stands, so its types know no `page`
    Route("GET", "/v2/core/events", _thin_events, v2_core.EventListParams, untyped=("page",)),
    Route("GET", "/v2/core/events/{id}", _thin_event, v2_core.EventRetrieveParams),
)


def find(method: str, path: str) -> tuple[Route, str] | None:
    """Return the route and the id in the path, or None."""
    for route in ROUTES:
        if route.method == method and (match := route.matches(path)):
            return route, match.groupdict().get("id") or ""
    return None
