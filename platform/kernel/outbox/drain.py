"""Carrying out what was promised: claim a batch, run each handler, say how it went.

A handler runs outside any transaction. The try is counted before it starts, so that a row which kills its worker
is set aside like any other poison.
"""

import logging
import secrets
import time
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from kernel.audit import seal_pending
from kernel.logs import Told
from kernel.outbox.failures import GiveUp, TryAgain, code_of, log_failure
from kernel.outbox.models import OutboxRow, OutboxState
from kernel.outbox.queue import DRAIN, wake
from kernel.outbox.registry import HANDLERS, MAX_ATTEMPTS

logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(seconds=90)  # longer than the worker lets a task live
SECONDS_A_DRAIN = 30.0  # leaves a handler that is just running time to finish before the worker's own limit
FIRST_WAIT = 5.0
LONGEST_WAIT = 3600.0


def _due(now: datetime) -> Q:
    return Q(state=OutboxState.WAITING, due_at__lte=now) & (Q(claimed_until=None) | Q(claimed_until__lte=now))


def _claim(limit: int) -> list[OutboxRow]:
    """Take up to `limit` due rows, oldest first, that nobody else holds."""
    now = timezone.now()
    due = OutboxRow.objects.filter(_due(now)).order_by("due_at", "pk")
    if not due.exists():
        return []
    token = secrets.token_hex(16)
    with transaction.atomic():
        skips = connection.features.has_select_for_update_skip_locked
        ids = list(due.select_for_update(skip_locked=skips).values_list("pk", flat=True)[:limit])
        OutboxRow.objects.filter(_due(now), pk__in=ids).update(claim=token, claimed_until=now + LEASE)
    return list(OutboxRow.objects.filter(pk__in=ids, claim=token).order_by("due_at", "pk"))


def _settle(row: OutboxRow, **values: object) -> None:
    """Write how it went and let go of the row, unless the claim has passed to someone else."""
    mine = OutboxRow.objects.filter(pk=row.pk, claim=row.claim, state=OutboxState.WAITING)
    mine.update(claim="", claimed_until=None, **values)


def wait_after(attempts: int) -> float:
    """Return how many seconds to wait after that many tries: doubling, at most an hour, half of it by chance."""
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempts - 1))
    return longest * (0.5 + secrets.randbelow(1000) / 2000)


def _fail(row: OutboxRow, error: Exception, max_attempts: int) -> None:
    now = timezone.now()
    if isinstance(error, GiveUp) or row.attempts >= max_attempts:
        kind, code = Told(row.kind), Told(code_of(error))
        logger.error("outbox row %s (%s) set aside after %s tries: %s", row.pk, kind, row.attempts, code)
        _settle(row, state=OutboxState.FAILED, error=code_of(error), done_at=now)
        return
    wait = max(wait_after(row.attempts), error.after if isinstance(error, TryAgain) else 0)
    _settle(row, due_at=now + timedelta(seconds=wait), error=code_of(error))


def _carry_out(row: OutboxRow) -> None:
    """Run the handler of one claimed row and record the outcome."""
    handler = HANDLERS.get(row.kind)
    max_attempts = handler.max_attempts if handler else MAX_ATTEMPTS
    if row.attempts >= max_attempts:
        _fail(row, GiveUp("worker_died"), max_attempts)
        return
    mine = OutboxRow.objects.filter(pk=row.pk, claim=row.claim, state=OutboxState.WAITING)
    if not mine.update(attempts=F("attempts") + 1, claimed_until=timezone.now() + LEASE):
        return
    row.attempts += 1
    try:
        if handler is None:
            raise TryAgain("no_handler")
        handler.function(row.object_id)
    # whatever one row does, the others go on
    except Exception as error:
        if not isinstance(error, (TryAgain, GiveUp)):
            log_failure(logger, f"outbox row {row.pk} ({row.kind})", error)
        _fail(row, error, max_attempts)
    else:
        _settle(row, state=OutboxState.DONE, error="", done_at=timezone.now())


def drain(limit: int = 500) -> int:
    """Carry out up to `limit` due rows, then seal the audit entries they left; return how many rows were tried.

    Stops by itself after half a minute and wakes another drain for the rest.
    """
    until = time.monotonic() + SECONDS_A_DRAIN
    tried = 0
    while tried < limit and time.monotonic() < until:
        rows = _claim(min(BATCH, limit - tried))
        if not rows:
            break
        for row in rows:
            if time.monotonic() >= until:
                _settle(row)
                continue
            _carry_out(row)
            tried += 1
    if OutboxRow.objects.filter(_due(timezone.now())).exists():
        wake(DRAIN)
    try:
        seal_pending()
    # the rows are done, and the sealer has a schedule of its own
    except Exception as error:
        log_failure(logger, "sealing the audit trail", error)
    return tried
