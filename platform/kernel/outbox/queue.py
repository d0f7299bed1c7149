"""Writing a promise, and telling the worker that there is something to do."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
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
    # the package is imported before the app registry is ready, the models are not
    from kernel.outbox.models import OutboxRow

    if not (WORD.fullmatch(kind) and WORD.fullmatch(object_id)):
        raise ValueError("An outbox row carries a kind and an id, nothing else.")
    now = timezone.now()
    row = OutboxRow.objects.create(kind=kind, object_id=object_id, created_at=now, due_at=due_at or now)
    if row.due_at <= now:
        wake(DRAIN)
    return row


def wake(task: str) -> None:
    """Have the worker run `task` (dotted path of a function without arguments) as soon as this transaction commits.

    At most one wake-up per task waits in the queue. A failure to send it is logged and does not matter: whoever
    calls this also has a sweep.
    """
    transaction.on_commit(lambda: _send(task), robust=True)


def _send(task: str) -> None:
    from django_q.tasks import async_task

    from kernel.outbox.models import Wakeup

    now = timezone.now()
    lost_before = now - LOST_AFTER
    # read first: on SQLite a needless write would make every web thread queue for the one writer
    known = list(Wakeup.objects.filter(task=task).values_list("waiting_since", flat=True))
    if any(since and since > lost_before for since in known):
        return
    with transaction.atomic():
        if not known:
            Wakeup.objects.bulk_create([Wakeup(task=task)], ignore_conflicts=True)
        free = Q(waiting_since=None) | Q(waiting_since__lte=lost_before)
        if Wakeup.objects.filter(free, task=task).update(waiting_since=now):
            async_task(RUN, task)
