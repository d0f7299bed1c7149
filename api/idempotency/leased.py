"""Doing a thing once that needs the world in its middle: write the row, call the world, record what it said.

No call to the world runs inside a transaction, so the key cannot be written with the whole effect. It is written with
the first half, and leased for the second: who comes within the lease is told to wait, who comes after it takes over and
goes on where the first stopped.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from api.errors.problem import Problem
from api.idempotency.keys import Key
from api.idempotency.models import IdempotencyKey, IdempotencyKeyQuerySet
from api.idempotency.once import claimed, in_progress, replayed, store

LEASE = timedelta(seconds=60)


def leased(key: Key, *, begin: Callable[[], str], finish: Callable[[str], HttpResponse], at: datetime) -> HttpResponse:
    """Return the answer of `finish`, or the stored one of an earlier request under the key.

    `begin` writes the pending row in the key's own transaction and returns its id. `finish` gets that id, runs outside
    any transaction, and must be safe to run again for it: after a crash, a retry calls it once more. If it raises, the
    lease ends at once and the pending row stays for the retry. Raises Problem 409 `in_progress` within the lease.
    """
    with transaction.atomic():
        row, ours = claimed(key, at=at)
        if ours:
            row.object_id = begin()
        elif row.status is not None:
            return replayed(key, row, at=at)
        elif row.leased_until is not None and row.leased_until > at:
            raise in_progress(max(1, round((row.leased_until - at).total_seconds())))
        row.claim, row.leased_until = secrets.token_hex(16), at + LEASE
        row.save(update_fields=["object_id", "claim", "leased_until"])
    try:
        response = finish(row.object_id)
    except Exception:
        _ours(row).update(leased_until=timezone.now())
        raise
    with transaction.atomic():
        kept = _ours(row).select_for_update().first()
        if kept is None:  # the lease was lost to a retry, which answers for both
            raise Problem(409, "in_progress", "A later request with this key took over.", headers={"Retry-After": "1"})
        store(kept, response)
    return response


def _ours(row: IdempotencyKey) -> IdempotencyKeyQuerySet:
    """Return the row while nobody else has taken over its lease."""
    return IdempotencyKey.objects.filter(pk=row.pk, claim=row.claim)
