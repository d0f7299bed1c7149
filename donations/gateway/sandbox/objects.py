"""Reading any kind of object: one by id, lists with Stripe's cursors, and `expand`."""

import json
from typing import Any

from donations.gateway.sandbox import balance, payouts
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.store import Json, Tx

# (kind, field): the kind of the object whose id the field holds, "" where it may be of several
_EXPANDABLE = {
    ("checkout.session", "payment_intent"): "payment_intent",
    ("checkout.session", "customer"): "customer",
    ("checkout.session", "subscription"): "subscription",
    ("checkout.session", "invoice"): "invoice",
    ("payment_intent", "latest_charge"): "charge",
    ("payment_intent", "payment_method"): "payment_method",
    ("payment_intent", "customer"): "customer",
    ("charge", "balance_transaction"): "balance_transaction",
    ("charge", "failure_balance_transaction"): "balance_transaction",
    ("charge", "payment_intent"): "payment_intent",
    ("charge", "customer"): "customer",
    ("refund", "balance_transaction"): "balance_transaction",
    ("refund", "failure_balance_transaction"): "balance_transaction",
    ("refund", "charge"): "charge",
    ("refund", "payment_intent"): "payment_intent",
    ("balance_transaction", "source"): "",
    ("payment_method", "customer"): "customer",
    ("customer", "invoice_settings.default_payment_method"): "payment_method",
    ("price", "product"): "product",
    ("subscription", "customer"): "customer",
    ("subscription", "default_payment_method"): "payment_method",
    ("subscription", "latest_invoice"): "invoice",
    ("invoice", "customer"): "customer",
    ("invoice", "parent.subscription_details.subscription"): "subscription",
    ("invoice_payment", "invoice"): "invoice",
    ("invoice_payment", "payment.payment_intent"): "payment_intent",
    ("dispute", "charge"): "charge",
    ("dispute", "payment_intent"): "payment_intent",
    ("payout", "balance_transaction"): "balance_transaction",
    ("payout", "failure_balance_transaction"): "balance_transaction",
}
# lists that Stripe leaves out unless they are asked for: (kind, field): kind of the members, which name their owner
_LISTS = {
    ("invoice", "payments"): ("invoice_payment", "invoice", "/v1/invoice_payments?invoice="),
    ("customer", "subscriptions"): ("subscription", "customer", "/v1/subscriptions?customer="),
    ("charge", "refunds"): ("refund", "charge", "/v1/refunds?charge="),
}
_DEEPEST = 4
_ORDER = {True: ("seq > ?", "ASC"), False: ("seq < ?", "DESC")}


def retrieve(call: Call, kind: str) -> Json:
    """Return one object. Raises ApiError (404)."""
    found = call.tx.get(kind, call.object_id)
    if found is None:
        raise no_such(kind, call.object_id)
    return _as_now(call.tx, found)


def listed(call: Call, kind: str, url: str, filters: tuple[str, ...]) -> Json:
    """Return a page of objects, newest first, filtered by `created` and by those of `filters` that were sent.

    A filter is the name of a field, or `name=path` where the field lies deeper.
    """
    params, where, values = call.params, ["kind = ?"], [kind]
    for one in filters:
        name, _, path = one.partition("=")
        if name in params:
            where.append(f"json_extract(body, '$.{path or name}') = ?")
            values.append(params[name])
    if "payout" in params:
        clause, ids = payouts.entries_clause(call)
        where, values = [*where, clause], [*values, *ids]
    for name in ("created", "arrival_date"):
        _bounded(name, params.get(name), where, values)
    backwards = "ending_before" in params
    cursor = params.get("ending_before") or params.get("starting_after")
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError("Invalid integer: limit must be between 1 and 100.", param="limit", early=True)
    beyond, order = _ORDER[backwards]
    if cursor:
        where.append(beyond)
        values.append(_seq(call.tx, kind, cursor))
    rows = call.tx.con.execute(
        f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY seq {order} LIMIT ?",  # noqa: S608 - written here
        (*values, limit + 1),
    ).fetchall()
    data = [_as_now(call.tx, json.loads(row[0])) for row in rows[:limit]]
    return {"object": "list", "url": url, "has_more": len(rows) > limit, "data": data[::-1] if backwards else data}


def expanded(tx: Tx, body: Json, paths: list[str]) -> Json:
    """Return the object with the ids at `paths` (dotted, `data.` where there is a list) replaced by the objects."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > _DEEPEST + parts.count("data"):
            raise ApiError(f"You cannot expand more than {_DEEPEST} levels of a property.", param="expand", early=True)
        body = _expand(tx, body, parts)
    return body


def _expand(tx: Tx, body: Json, parts: list[str]) -> Json:
    if not parts:
        return body
    if body.get("object") == "list" and parts[0] == "data":
        return {**body, "data": [_expand(tx, one, parts[1:]) for one in body["data"]]}
    kind, listing = body.get("object", ""), _LISTS.get((body.get("object", ""), parts[0]))
    if listing:
        return {**body, parts[0]: _expand(tx, body.get(parts[0]) or _members(tx, body, *listing), parts[1:])}
    if (kind, parts[0]) == ("subscription", "items"):
        return {**body, "items": _expand(tx, body["items"], parts[1:])}
    for length in range(len(parts), 0, -1):
        field = ".".join(parts[:length])
        if (kind, field) in _EXPANDABLE:
            return _replaced(tx, body, parts[:length], parts[length:], _EXPANDABLE[kind, field])
    raise ApiError(f"This property cannot be expanded ({parts[0]}).", param="expand", early=True)


def _replaced(tx: Tx, body: Json, field: list[str], rest: list[str], kind: str) -> Json:
    """Return the body with the object in place of the id at `field`; what is not there stays as it is."""
    held: Any = body.get(field[0])
    if len(field) > 1:
        return {**body, field[0]: _replaced(tx, held, field[1:], rest, kind)} if isinstance(held, dict) else body
    if isinstance(held, str):
        found = tx.get(kind, held) if kind else tx.any(held)
        held = held if found is None else _as_now(tx, found)
    return {**body, field[0]: _expand(tx, held, rest) if isinstance(held, dict) else held}


def _members(tx: Tx, body: Json, kind: str, owner: str, url: str) -> Json:
    data = tx.find(kind, **{owner: body["id"]})[::-1]
    return {"object": "list", "data": data[:10], "has_more": len(data) > 10, "url": f"{url}{body['id']}"}


def _seq(tx: Tx, kind: str, object_id: str) -> Any:
    row = tx.con.execute("SELECT seq FROM objects WHERE kind = ? AND id = ?", (kind, object_id)).fetchone()
    if row is None:
        raise no_such(kind, object_id, "starting_after")
    return row[0]


def _as_now(tx: Tx, body: Json) -> Json:
    return balance.as_now(tx, body) if body["object"] == balance.KIND else body


def _bounded(field: str, sent: Any, where: list[str], values: list[Any]) -> None:
    column = field if field == "created" else f"json_extract(body, '$.{field}')"
    bounds = sent if isinstance(sent, dict) else {} if sent is None else {"gte": sent, "lte": sent}
    for name, sign in (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")):
        if name in bounds:
            where.append(f"{column} {sign} ?")
            values.append(bounds[name])
