"""Copying checkpoints to a file, one line each, to be carried off the machine.

The file is the trail's memory outside the database: where it knows more than the database, the database is an old copy.
"""

import fcntl
import os
from pathlib import Path

from django.conf import settings

from kernel.audit.checkpoints import statement_of
from kernel.audit.models import AuditCheckpoint
from kernel.audit.statements import Statement, read_line
from kernel.states import Refusal


def _last_of(text: str, path: Path) -> Statement | None:
    """Return the last checkpoint of the file's whole lines. Raises Refusal `file_unreadable`."""
    lines = text.splitlines()
    if not lines:
        return None
    try:
        return read_line(lines[-1])
    except ValueError:
        sentence = f"Line {len(lines)} of {path} is no checkpoint: move the file away, keep it, and look into it."
        raise Refusal("file_unreadable", sentence) from None


def _must_agree(last: Statement, path: Path) -> None:
    """Raise Refusal `file_is_ahead` or `file_disagrees` unless the database holds the file's last checkpoint."""
    here = AuditCheckpoint.objects.filter(number=last.number).first()
    way_on = "If a backup was restored on purpose, move the file away, keep it, and start a new one."
    if here is None:
        sentence = f"{path} ends with checkpoint {last.number}, which the database has not: it is an old copy. {way_on}"
        raise Refusal("file_is_ahead", sentence)
    if statement_of(here) != last:
        sentence = f"Checkpoint {last.number} in {path} is not the one in the database: an old copy was used. {way_on}"
        raise Refusal("file_disagrees", sentence)


def export_checkpoints() -> int:
    """Append to `settings.AUDIT_CHECKPOINT_FILE` what it does not hold yet, and return how many lines that were.

    Does nothing without the setting. The lines are on the disk when this returns. Raises Refusal `file_is_ahead`,
    `file_disagrees` or `file_unreadable`, and OSError where the file cannot be written.
    """
    if not settings.AUDIT_CHECKPOINT_FILE:
        return 0
    path = Path(settings.AUDIT_CHECKPOINT_FILE)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        whole = text[: text.rfind("\n") + 1]
        last = _last_of(whole, path)
        if last:
            _must_agree(last, path)
        fresh = AuditCheckpoint.objects.filter(number__gt=last.number if last else 0).order_by("number")
        lines = [f"{statement_of(checkpoint).line()}\n" for checkpoint in fresh]
        if whole != text:  # a line that broke off when the machine stopped is written anew
            os.ftruncate(file.fileno(), len(whole.encode()))
        file.write("".join(lines))
        file.flush()
        os.fsync(file.fileno())
    return len(lines)
