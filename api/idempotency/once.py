"""Doing a thing once. The key is written in the transaction of the effect: both are there, or neither."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse

from api.errors.problem import Problem
from api.idempotency.keys import Key
from api.idempotency.models import IdempotencyKey
from kernel.vault import kek, rewrapping

_KEPT_HEADERS = ("Location", "ETag", "Content-Type")
WAIT = "'10s'"


def once(key: Key | None, do: Callable[[], HttpResponse], *, at: datetime) -> HttpResponse:
    """Run `do` in one transaction and return its answer; under a key used before, return the answer it had then.

    A repeat that comes while the first still runs waits for it. Whatever `do` raises undoes everything, the key too.
    Raises Problem 422 `idempotency_key_reused` for another request under it, 409 `in_progress` when it waits too long.
    """
    with transaction.atomic():
        if key is None:
            return do()
        row, ours = claimed(key, at=at)
        if not ours:
            return replayed(key, row, at=at)
        response = do()
        store(row, response)
        return response


def answered(key: Key) -> bool:
    """Return whether a key has its answer already: then what only a first request needs can be left out."""
    used = IdempotencyKey.objects.filter(organisation=key.organisation, digest=key.digest)
    return used.exclude(status=None).exists()


def claimed(key: Key, *, at: datetime) -> tuple[IdempotencyKey, bool]:
    """Return the row of a key, locked, and whether this call made it. Must run inside a transaction."""
    mine = IdempotencyKey(
        organisation=key.organisation,
        digest=key.digest,
        fingerprint=key.fingerprint,
        claim=secrets.token_hex(16),
        created_at=at,
    )
    used = IdempotencyKey.objects.filter(organisation=key.organisation, digest=key.digest)
    used.over(at).delete()
    try:
        with _patience():
            # PostgreSQL waits here for a first request that is still running; SQLite has waited at the beginning
            IdempotencyKey.objects.bulk_create([mine], ignore_conflicts=True)
            row = used.select_for_update().get()
    except OperationalError:
        raise in_progress(1) from None
    if row.fingerprint != key.fingerprint:
        raise Problem(
            422, "idempotency_key_reused", "This key was used for another request. Take a fresh one.", "Idempotency-Key"
        )
    return row, row.claim == mine.claim


def replayed(key: Key, row: IdempotencyKey, *, at: datetime) -> HttpResponse:
    """Return the stored answer of a row, byte for byte. Raises Problem 409 `in_progress` if there is none yet."""
    if row.status is None or row.sealed is None:
        left = (row.leased_until - at).total_seconds() if row.leased_until else 0
        raise in_progress(max(1, round(left)))
    head, _, body = kek.decrypt(bytes(row.sealed), _context(row)).partition(b"\n")
    response = HttpResponse(body, status=row.status, headers=json.loads(head))
    response["Idempotent-Replayed"] = "true"
    return response


def store(row: IdempotencyKey, response: HttpResponse) -> None:
    """Keep an answer under its key, sealed. What is no success is not kept: the row is deleted, and the key is free."""
    if not 200 <= response.status_code < 300:
        row.delete()
        return
    head = json.dumps({name: response[name] for name in _KEPT_HEADERS if name in response}).encode()
    row.sealed = kek.encrypt(head + b"\n" + response.content, _context(row))
    row.status = response.status_code
    row.leased_until = None
    row.save(update_fields=["sealed", "status", "leased_until"])


def in_progress(seconds: int) -> Problem:
    """Return the 409 for a repeat that came while the first is still at work."""
    return Problem(
        409,
        "in_progress",
        "The first request with this key is still being worked on. Send it again a little later.",
        "Idempotency-Key",
        headers={"Retry-After": str(seconds)},
    )


def tell_what_is_kept() -> None:
    """Register the answers with those who change the server key."""

    def rows() -> QuerySet[IdempotencyKey]:
        return IdempotencyKey.objects.exclude(sealed=None)

    rewrapping.column("api.idempotency", __name__, rows, "sealed", _context)


def _context(row: IdempotencyKey) -> str:
    return f"api.idempotency:{row.organisation_id}:{row.digest}"


class _patience:  # noqa: N801 - reads as the statement it is
    """Bounds how long PostgreSQL waits for another request's key, and lifts the bound for the effect that follows."""

    def __enter__(self) -> None:
        self._set(WAIT)

    def __exit__(self, failed: object, *rest: object) -> None:
        if failed is None:
            self._set("DEFAULT")

    def _set(self, wait: str) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout TO {wait}")
