"""Walking the chain from seal to seal, every hash recomputed, past the places that were signed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.audit.canonical import GENESIS
from kernel.audit.faults import Fault
from kernel.audit.hashing import entry_digest, seal_digest
from kernel.audit.reading import BATCH, Row, rows_after
from kernel.audit.statements import Statement

Progress = Callable[[int], None]
Marks = Mapping[int, list[Statement]]


@dataclass(frozen=True)
class Walked:
    """How far the chain holds: so many seals, the hash of the last, and what stopped the walk."""

    position: int
    head: str
    fault: Fault | None


def _first_fault(row: Row, position: int, previous: str) -> Fault | None:
    if row.position != position:
        return Fault(position, None, "seal_missing")
    if row.previous_hash != previous:
        return Fault(position, row.entry_id, "chain_broken")
    if row.entry is None:
        return Fault(position, row.entry_id, "entry_missing")
    if entry_digest(*row.entry) != row.entry_hash:
        return Fault(position, row.entry_id, "entry_changed")
    if seal_digest(row.position, row.entry_id, row.entry_hash, row.previous_hash, row.sealed_at) != row.hash:
        return Fault(position, row.entry_id, "seal_changed")
    return None


def _off_the_mark(marks: Marks, position: int, head: str, since: int) -> Fault | None:
    for mark in marks.get(position, []):
        if mark.head != head:
            return Fault(position, None, "rewritten", since=since, checkpoint=mark.number)
    return None


def walk(
    *,
    position: int = 0,
    head: str = GENESIS,
    until: int | None = None,
    marks: Marks | None = None,
    progress: Progress | None = None,
) -> Walked:
    """Recompute every hash after seal `position`, whose hash is `head`, and stop at the first row that differs.

    `marks` are signed checkpoints by position. `progress` hears how far the walk is, every few thousand seals.
    """
    marks, since = marks or {}, position
    fault = _off_the_mark(marks, position, head, since)
    for row in () if fault else rows_after(position, until):
        fault = _first_fault(row, position + 1, head) or _off_the_mark(marks, position + 1, row.hash, since)
        if fault:
            break
        position, head = position + 1, row.hash
        if position in marks:
            since = position
        if progress and position % BATCH == 0:
            progress(position)
    return Walked(position, head, fault)
