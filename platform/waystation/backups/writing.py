"""Making a backup: rows, compressed, encrypted to its recipients, and only then on a disk."""

import hashlib
import os
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from kernel.audit.models import AuditSeal
from kernel.states import Refusal
from waystation.backups.rows import Model, as_line, columns_of, encoded, in_order, read
from waystation.backups.snapshot import snapshot
from waystation.backups.tables import ALWAYS, BLANK_IN_LONG, FULL_ONLY

FORMAT = 1
FULL, LONG = "full", "long"
NAMED = re.compile(r"waystation-(full|long)-(\d{8}T\d{6}Z)-until-(\d{8}T\d{6}Z)\.age")
STAMP = "%Y%m%dT%H%M%SZ"
Tell = Callable[[str, int], object]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: where, of what kind, until when, how many rows by table."""

    path: Path
    kind: str
    until: datetime
    rows: dict[str, int]


def until(kind: str, at: datetime) -> datetime:
    """Return when a backup made at `at` has to be gone."""
    return at + timedelta(days=settings.BACKUP_FULL_DAYS if kind == FULL else settings.BACKUP_LONG_DAYS)


def recipients() -> list[pyrage.x25519.Recipient]:
    """Return whom backups are encrypted to. Raises Refusal `no_recipient` for none, or for what is no public key."""
    try:
        found = [pyrage.x25519.Recipient.from_str(word.strip()) for word in settings.BACKUP_RECIPIENTS]
    except pyrage.RecipientError:
        raise Refusal("no_recipient", "BACKUP_RECIPIENTS holds something that is no age public key.") from None
    if not found:
        raise Refusal("no_recipient", "Set BACKUP_RECIPIENTS to the age public keys that may open backups.")
    return found


def backup(folder: Path, *, kind: str, at: datetime, tell: Tell = lambda _table, _rows: None) -> Made:
    """Write a backup into `folder` under a name that says until when it lives. Holds a few rows in memory at a time.

    The file appears whole or not at all, readable by its owner alone. Raises Refusal `no_recipient`.
    """
    to = recipients()
    over = until(kind, at)
    path = folder / f"waystation-{kind}-{at.astimezone(UTC):{STAMP}}-until-{over.astimezone(UTC):{STAMP}}.age"
    draft = path.with_suffix(".part")
    rows: dict[str, int] = {}
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file, snapshot() as using:
            pyrage.encrypt_io(_Stream(_compressed(_lines(kind, at, over, using, rows, tell))), file, to)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Made(path, kind, over, rows)


def tables_in(kind: str) -> list[Model]:
    """Return the models whose rows are in a backup of this kind, in order."""
    held = ALWAYS | FULL_ONLY if kind == FULL else ALWAYS
    return [model for model in in_order() if model._meta.db_table in held]


def migrations(using: str) -> list[list[str]]:
    """Return what has been applied to the database, sorted."""
    return sorted([app, name] for app, name in MigrationRecorder(connections[using]).applied_migrations())


def _lines(kind: str, at: datetime, over: datetime, using: str, rows: dict[str, int], tell: Tell) -> Iterator[bytes]:
    """Yield the manifest, each table with its rows, and the end, which counts and hashes all that stood before it."""
    digest = hashlib.sha256()
    last = AuditSeal.objects.using(using).order_by("-position").first()
    manifest = {
        "waystation": FORMAT,
        "kind": kind,
        "made_at": at.isoformat(),
        "until": over.isoformat(),
        "migrations": migrations(using),
        "audit": {"sealed": last.position if last else 0, "head": last.hash if last else ""},
    }
    first = as_line(manifest)
    digest.update(first)
    yield first
    for model in tables_in(kind):
        table = model._meta.db_table
        rows[table] = 0
        for line in _table(model, kind, using):
            digest.update(line)
            rows[table] += line.startswith(b"[")
            yield line
        tell(table, rows[table])
    yield as_line({"end": {"rows": rows, "sha256": digest.hexdigest()}})


def _table(model: Model, kind: str, using: str) -> Iterator[bytes]:
    columns = columns_of(model)
    yield as_line({"table": model._meta.db_table, "columns": columns})
    blank = BLANK_IN_LONG.get(model._meta.db_table, {}) if kind == LONG else {}
    for row in read(model, using):
        yield as_line([encoded(blank.get(name, value)) for name, value in zip(columns, row, strict=True)])


def _compressed(lines: Iterator[bytes]) -> Iterator[bytes]:
    squeeze = zlib.compressobj()
    for line in lines:
        if packed := squeeze.compress(line):
            yield packed
    yield squeeze.flush()


class _Stream:
    """What age reads from: bytes as they come."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = b""

    def read(self, size: int) -> Any:
        """Return up to `size` bytes, none at the end."""
        while not self._left:
            part = next(self._parts, None)
            if part is None:
                return b""
            self._left = part
        some, self._left = self._left[:size], self._left[size:]
        return some
