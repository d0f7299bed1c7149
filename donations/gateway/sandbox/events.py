"""Events: written in the transaction of what happened, shown as snapshots (v1) and thin (v2), queued for delivery."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from donations.gateway.pin import API_VERSION
from donations.gateway.sandbox import endpoints
from donations.gateway.sandbox.errors import invalid, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

_URLS = {
    "checkout.session": "/v1/checkout/sessions/",
    "payment_intent": "/v1/payment_intents/",
    "charge": "/v1/charges/",
    "refund": "/v1/refunds/",
    "customer": "/v1/customers/",
    "payment_method": "/v1/payment_methods/",
    "product": "/v1/products/",
    "price": "/v1/prices/",
    "subscription": "/v1/subscriptions/",
    "invoice": "/v1/invoices/",
    "invoice_payment": "/v1/invoice_payments/",
    "test_helpers.test_clock": "/v1/test_helpers/test_clocks/",
    "dispute": "/v1/disputes/",
    "payout": "/v1/payouts/",
}
_THIN_PREFIX = "v1."


def emit(tx: Tx, kind: str, about: Json) -> None:
    """Write the event `kind` about an object as it is now, and queue it for the endpoint if that wants it."""
    row = (
        new_id("evt"),
        new_id("evt_test"),
        kind,
        tx.wall,
        about["object"],
        about["id"],
        tx.request_id,
        tx.idempotency_key,
        json.dumps(about),
    )
    seq = tx.con.execute(
        "INSERT INTO events (id, thin_id, type, created, object_kind, object_id, request_id, idempotency_key, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    ).lastrowid
    for endpoint, payload in endpoints.wanting(tx, kind):
        tx.con.execute(
            "INSERT INTO dispatches (endpoint, event, payload, due) VALUES (?, ?, ?, ?)",
            (endpoint, seq, payload, tx.wall),
        )


def snapshot(tx: Tx, row: sqlite3.Row) -> Json:
    """Return the v1 event, which holds the object as it was."""
    (pending,) = tx.con.execute(
        "SELECT count(*) FROM dispatches WHERE event = ? AND due IS NOT NULL AND payload = 'snapshot'", (row["seq"],)
    ).fetchone()
    return {
        "id": row["id"],
        "object": "event",
        "api_version": API_VERSION,
        "created": int(row["created"]),
        "data": {"object": json.loads(row["body"])},
        "livemode": False,
        "pending_webhooks": pending,
        "request": {"id": row["request_id"] or None, "idempotency_key": row["idempotency_key"] or None},
        "type": row["type"],
    }


def thin(row: sqlite3.Row, *, pushed: bool) -> Json:
    """Return the v2 event: ids only. One that is pushed does not name its snapshot twin, one that is fetched does."""
    request = {"id": row["request_id"], "idempotency_key": row["idempotency_key"]}
    body: Json = {
        "id": row["thin_id"],
        "object": "v2.core.event",
        "type": f"{_THIN_PREFIX}{row['type']}",
        "created": datetime.fromtimestamp(row["created"], UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z"),
        "livemode": False,
        "context": None,
        "reason": {"type": "request", "request": request} if row["request_id"] else None,
    }
    if address := _URLS.get(row["object_kind"]):
        about = {"id": row["object_id"], "type": row["object_kind"], "url": address + row["object_id"]}
        body["related_object"] = about
    return body if pushed else {**body, "snapshot_event": row["id"]}


def find(tx: Tx, event_id: str) -> sqlite3.Row:
    """Return the row of a snapshot or thin id. Raises ApiError (404)."""
    rows = _rows(tx, "WHERE id = ? OR thin_id = ?", (event_id, event_id))
    if not rows:
        raise no_such("event", event_id)
    return rows[0]


def row_of(tx: Tx, seq: int) -> sqlite3.Row:
    """Return the row a delivery points to."""
    return _rows(tx, "WHERE seq = ?", (seq,))[0]


def list_snapshots(tx: Tx, params: Json) -> Json:
    """Answer GET /v1/events, newest first."""
    limit = params.get("limit", 10)
    where, values = _created_in_seconds(params.get("created"))
    types = [*params.get("types", []), *([params["type"]] if "type" in params else [])]
    where, values = _of_types(where, values, types)
    if "starting_after" in params:
        where, values = [*where, "seq < ?"], [*values, find(tx, params["starting_after"])["seq"]]
    rows = _rows(tx, _clause(where) + " ORDER BY seq DESC LIMIT ?", (*values, limit + 1))
    data = [snapshot(tx, row) for row in rows[:limit]]
    return {"object": "list", "url": "/v1/events", "has_more": len(rows) > limit, "data": data}


def list_thin(tx: Tx, params: Json, page: int | None) -> tuple[list[Json], int | None]:
    """Return a page of v2 events, newest first, and the `seq` to go on below, or None at the end."""
    limit = params.get("limit", 20)
    where, values = [], []
    for name, sign in (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<=")):
        if moment := params.get("created", {}).get(name):
            where.append(f"created {sign} ?")
            values.append(_moment(moment))
    if "object_id" in params:
        where, values = [*where, "object_id = ?"], [*values, params["object_id"]]
    where, values = _of_types(where, values, [one.removeprefix(_THIN_PREFIX) for one in params.get("types", [])])
    if page is not None:
        where, values = [*where, "seq < ?"], [*values, page]
    rows = _rows(tx, _clause(where) + " ORDER BY seq DESC LIMIT ?", (*values, limit + 1))
    below = rows[limit - 1]["seq"] if len(rows) > limit else None
    return [thin(row, pushed=False) for row in rows[:limit]], below


def _rows(tx: Tx, clause: str, values: tuple[Any, ...]) -> list[sqlite3.Row]:
    cursor = tx.con.cursor()
    cursor.row_factory = sqlite3.Row  # type: ignore[assignment]
    return cursor.execute(f"SELECT * FROM events {clause}", values).fetchall()  # noqa: S608 - clauses are written here


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError as error:
        raise invalid("Invalid timestamp: RFC 3339 is expected.", "created") from error


def _clause(where: list[str]) -> str:
    return f"WHERE {' AND '.join(where)}" if where else ""


def _of_types(where: list[str], values: list[Any], types: list[str]) -> tuple[list[str], list[Any]]:
    if not types:
        return where, values
    return [*where, f"type IN ({', '.join('?' * len(types))})"], [*values, *types]


def _created_in_seconds(created: Any) -> tuple[list[str], list[Any]]:
    if created is None:
        return [], []
    bounds = created if isinstance(created, dict) else {"gte": created, "lte": created}
    signs = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
    return [f"CAST(created AS INTEGER) {signs[name]} ?" for name in bounds], list(bounds.values())
