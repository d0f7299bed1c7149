"""Idempotency keys: the same request again gets the same answer, a changed one is refused, one under way gets 409."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Tx
from donations.gateway.sandbox.wire import Request, Response, json_response

_KEPT_SECONDS = 24 * 60 * 60
_LONGEST = 255


class InFlight:
    """The keys being worked on at this moment. In memory is right: after kill -9 nothing is in flight."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def claim(self, owner: str, key: str) -> Iterator[None]:
        """Hold a key for the length of a request ("" is no key). Raises ApiError (409) if another request holds it."""
        if len(key) > _LONGEST:
            raise ApiError(f"Idempotency keys have up to {_LONGEST} characters.", early=True)
        mark = (owner, key)
        with self._lock:
            if key and mark in self._keys:
                raise ApiError(
                    "There is currently another in-progress request using this Idempotency-Key.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                    early=True,
                )
            self._keys.add(mark)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(mark)


def fingerprint(request: Request) -> str:
    """Return what must be the same in a repeat: method, path and body."""
    return hashlib.sha256(b"\0".join((request.method.encode(), request.target.encode(), request.body))).hexdigest()


def replay(tx: Tx, owner: str, key: str, request: Request) -> Response | None:
    """Return the kept answer to this key, or None. Raises ApiError if the key was used for another request."""
    row = tx.con.execute(
        "SELECT fingerprint, request_id, status, body FROM idempotency WHERE owner = ? AND key = ? AND created > ?",
        (owner, key, tx.now - _KEPT_SECONDS),
    ).fetchone()
    if row is None:
        return None
    if row[0] != fingerprint(request):
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
            early=True,
        )
    return json_response(row[2], json.loads(row[3]), {"Idempotent-Replayed": "true", "Original-Request": row[1]})


def keep(tx: Tx, owner: str, key: str, request: Request, status: int, body: Json) -> None:
    """Keep an answer, in the transaction of what it answers."""
    tx.con.execute(
        "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)",
        (owner, key, fingerprint(request), tx.now, tx.request_id, status, json.dumps(body)),
    )
