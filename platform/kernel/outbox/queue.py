"""Writing a promise, and telling the worker that there is something to do."""

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from kernel.outbox.models import OutboxRow

DRAIN = "kernel.outbox.drain.drain"
RUN = "kernel.outbox.worker.run"
# a wake-up that the worker has not taken up for so long counts as lost
LOST_AFTER = timedelta(seconds=60)
WORD = re.compile(r"[\w.:/-]{1,80}", re.ASCII)


def enqueue(kind: str, object_id: str, due_at: datetime | None = None) -> "OutboxRow":
    """Promise, in the caller's transaction, that the handler of `kind` will run for `object_id`, not before `due_at`.

    Both are ids or codes of at most 80 characters; anything else raises ValueError, without repeating it.
    """
    return enqueue_each(kind, [object_id], due_at)[0]


def enqueue_each(kind: str, object_ids: Sequence[str], due_at: datetime | None = None) -> list["OutboxRow"]:
    """Promise it for each of `object_ids`, in one statement. See enqueue."""
    # the package is imported before the app registry is ready, the models are not
    from kernel.outbox.models import OutboxRow

    if not all(WORD.fullmatch(word) for word in (kind, *object_ids)):
        raise ValueError("An outbox row carries a kind and an id, nothing else.")
    now = timezone.now()
    due = due_at or now
    rows = OutboxRow.objects.bulk_create(
        OutboxRow(kind=kind, object_id=object_id, created_at=now, due_at=due) for object_id in object_ids
    )
    if rows and due <= now:
        wake(DRAIN)
    return rows


def wake(task: str, *, stays: float = 0.0) -> None:
    """Have the worker run `task` (dotted path of a function without arguments) as soon as this transaction commits.

    At most one wake-up per task waits in the queue. A failure to send it is logged and does not matter: whoever
    calls this also has a sweep.
    A task that goes on looking for work for `stays` seconds after it began need not be woken by everybody: what this
    process commits within half of them after it saw that a wake-up waits will be found.
    """
    if connection.in_atomic_block or not _is_sure(task, stays):
        transaction.on_commit(lambda: _send_unless_sure(task, stays), robust=True)


_seen: dict[str, float] = {}  # when (time.monotonic) this process last asked and a wake-up for a task was waiting


def _is_sure(task: str, stays: float) -> bool:
    """Whether a worker is to look again after now. Asked once the work is committed."""
    return time.monotonic() - _seen.get(task, float("-inf")) < stays / 2


def _send_unless_sure(task: str, stays: float) -> None:
    asked_at = time.monotonic()
    if not _is_sure(task, stays):
        _send(task)
        _seen[task] = asked_at


def forget_what_waits() -> None:
    """Ask again, whatever was seen. For whoever empties the queue by hand: the tests."""
    _seen.clear()


def _send(task: str) -> None:
    """Send a wake-up unless one waits; one does when this returns, or did since it was called."""
    from django_q.tasks import async_task

    from kernel.outbox.models import Wakeup

    now = timezone.now()
    lost_before = now - LOST_AFTER
    waiting = _waiting(task, lost_before)
    if waiting:
        return
    with transaction.atomic():
        if waiting is None:
            Wakeup.objects.bulk_create([Wakeup(task=task)], ignore_conflicts=True)
        free = Q(waiting_since=None) | Q(waiting_since__lte=lost_before)
        if Wakeup.objects.filter(free, task=task).update(waiting_since=now):
            async_task(RUN, task)


def _waiting(task: str, lost_before: datetime) -> bool | None:
    """Return whether a wake-up waits that is not lost; None while there never was one.

    Read before anything is written: on SQLite a needless write would make every web thread queue for the one writer.
    In plain SQL, since it is asked for every event of Stripe's and Django would compose it for longer than it takes.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT waiting_since IS NOT NULL AND waiting_since > %s FROM outbox_wakeup WHERE task = %s",
            [connection.ops.adapt_datetimefield_value(lost_before), task],
        )
        found = cursor.fetchone()
    return bool(found[0]) if found else None
