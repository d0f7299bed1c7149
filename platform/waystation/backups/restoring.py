"""Restoring: into an empty database, in one transaction, and only if everything in it still holds afterwards."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction

from donations.ledger.verify import verify as verify_ledger
from donations.models import Transaction
from kernel import audit
from kernel.audit.verify import verify_trail
from kernel.outbox.schedules import sync_schedules
from kernel.states import Refusal
from kernel.vault.models import KeyShare, SealedRecord
from waystation.backups.reading import DAMAGED, Manifest, Opened
from waystation.backups.refilling import Refilled, refill
from waystation.backups.rows import BATCH, Model, in_order, insert
from waystation.backups.writing import FULL, LONG, migrations
from waystation.erasure.replaying import replay

Keys = list[pyrage.x25519.Identity]
Tell = Callable[[str, int], object]


@dataclass(slots=True)
class Restored:
    """What was restored: rows by table, what was erased again, and how many sealed records nothing opens any more."""

    manifest: Manifest
    rows: dict[str, int] = field(default_factory=dict)
    erased_again: int = 0
    shares: Refilled = field(default_factory=Refilled)
    sealed_for_good: int = 0


def restore(
    path: Path,
    keys: Keys,
    *,
    at: datetime,
    erased: Iterable[tuple[str, str]],
    shares: Path | None = None,
    tell: Tell = lambda _table, _rows: None,
) -> Restored:
    """Load a backup, erase again what was erased since, verify trail and books; or load nothing.

    `shares` is a full backup from which a long one gets back what it left out, as far as both hold the same.
    Raises Refusal `not_empty`, `other_release`, `too_old`, `wrong_identity`, `damaged`, `audit_broken`, `books_broken`.
    """
    opened = Opened(path, keys)
    _refuse_if_unfit(opened.manifest, at=at)
    done = Restored(opened.manifest)
    try:
        with transaction.atomic():
            _load(opened, done, tell)
            if shares is not None:
                done.shares = _refill(shares, keys, opened.manifest, at=at)
            _reset_sequences()
            _verify(opened.manifest)
            done.erased_again = replay(erased, at=at)
            audit.record("system", "backup.restored", opened.manifest.kind, at=at)
    except (ValidationError, DatabaseError, KeyError, ValueError, TypeError) as error:
        raise DAMAGED from error
    audit.seal_pending(at)
    sync_schedules()
    done.sealed_for_good = SealedRecord.objects.exclude(pk__in=KeyShare.objects.values("record")).count()
    return done


def _refuse_if_unfit(manifest: Manifest, *, at: datetime) -> None:
    if manifest.until <= at:
        raise Refusal("too_old", f"This backup was to be gone by {manifest.until:%Y-%m-%d}: delete it.")
    if manifest.migrations != migrations("default"):
        raise Refusal(
            "other_release",
            "This backup was made by another release: install that one, migrate, restore, and upgrade afterwards.",
        )
    filled = [model._meta.db_table for model in in_order() if model._base_manager.exists()]
    if filled:
        raise Refusal("not_empty", f"Only an empty database is restored into, and {filled[0]} holds rows.")


def _load(opened: Opened, done: Restored, tell: Tell) -> None:
    known = {model._meta.db_table: model for model in in_order()}
    waiting: list[list[Any]] = []
    at_table: tuple[Model, list[str]] | None = None
    posted: list[Any] = []

    def write() -> None:
        if at_table is None or not waiting:
            return
        model, columns = at_table
        if model is Transaction:
            posted.extend(_opened_again(columns, waiting))
        insert(model, waiting, columns)
        table = model._meta.db_table
        done.rows[table] = done.rows.get(table, 0) + len(waiting)
        tell(table, done.rows[table])
        waiting.clear()

    for table, columns, row in opened.rows():
        if at_table is None or at_table[0] is not known[table]:
            write()
            at_table = (known[table], columns)
        waiting.append(row)
        if len(waiting) == BATCH:
            write()
    write()
    for start in range(0, len(posted), BATCH):
        Transaction.objects.filter(pk__in=posted[start : start + BATCH]).update(posted=True)


def _opened_again(columns: list[str], rows: list[list[Any]]) -> list[Any]:
    """Let transactions be written open, as the books demand; they are posted once their postings are there."""
    key, flag = columns.index("id"), columns.index("posted")
    posted = [row[key] for row in rows if row[flag]]
    for row in rows:
        row[flag] = False
    return posted


def _refill(path: Path, keys: Keys, into: Manifest, *, at: datetime) -> Refilled:
    opened = Opened(path, keys)
    if into.kind != LONG or opened.manifest.kind != FULL:
        raise Refusal("not_shares", "Shares come out of a full backup, and only a long one has need of them.")
    if opened.manifest.until <= at:
        raise Refusal("too_old", f"The shares were to be gone by {opened.manifest.until:%Y-%m-%d}: delete that backup.")
    return refill(opened)


def _verify(manifest: Manifest) -> None:
    verdict = verify_trail()
    if verdict.fault or verdict.sealed != manifest.sealed or (manifest.sealed and verdict.head != manifest.head):
        raise Refusal("audit_broken", "The audit trail in this backup does not hold: nothing was restored.")
    _read, findings = verify_ledger()
    if findings:
        raise Refusal(
            "books_broken", f"The books in this backup do not hold ({findings[0].what}): nothing was restored."
        )


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), in_order()):
            cursor.execute(statement)
