"""What was erased, remembered by id: in the database, and in a list outside it, for the day a backup is restored."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from kernel import outbox
from kernel.retention.models import Erasure

LIST = "retention.list_erasure"


def remember(kind: str, record_id: str, *, by: str, at: datetime) -> None:
    """Note, in the caller's transaction, that a record was erased; a second time changes nothing.

    Its id is written into `settings.ERASURES_FILE` soon after the transaction is done.
    """
    if Erasure.objects.filter(kind=kind, record_id=record_id).exists():
        return
    noted = Erasure.objects.create(kind=kind, record_id=record_id, by=by, at=at)
    outbox.enqueue(LIST, str(noted.pk))


def append(noted: Iterable[Erasure]) -> None:
    """Add erasures to the list, a line of JSON each, on the disk before this returns. A line may stand there twice."""
    if not settings.ERASURES_FILE:
        return
    lines = "".join(
        json.dumps({"kind": one.kind, "record": one.record_id, "at": one.at.isoformat()}) + "\n" for one in noted
    )
    handle = os.open(settings.ERASURES_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (kind, record id) of every line of a list. Raises ValueError naming the first line that is none."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            fact = json.loads(line)
            yield str(fact["kind"]), str(fact["record"])
        except (ValueError, KeyError, TypeError):
            raise ValueError(f"Line {number} of the list of erasures is not one.") from None
