"""The daily run: class by class, batch by batch, each batch whole or not at all. Stopped anywhere, it goes on later."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils import timezone

from kernel import audit, outbox
from kernel.retention.classes import Passing
from kernel.retention.registry import passing
from kernel.retention.scrubbing import scrub

TASK = "kernel.retention.running.run_now"
CLEAN = "kernel.retention.running.clean_now"
SECONDS_A_RUN = 40.0  # the worker ends a task after a minute; what is left is taken up by another wake-up


@dataclass(frozen=True, slots=True)
class Tally:
    """One class: how many are overdue, how old the oldest is, how many were let go of."""

    name: str
    days: float
    overdue: int
    oldest: datetime | None
    gone: int = 0


def _look(one: Passing, at: datetime, gone: int = 0) -> Tally:
    before = at - one.term
    return Tally(one.name, one.term.total_seconds() / 86400, one.source.count(before), one.source.oldest(before), gone)


def due(at: datetime) -> list[Tally]:
    """Return what a run at `at` would let go of, by class. Writes nothing."""
    return [_look(one, at) for one in passing()]


def run(
    at: datetime, *, tell: Callable[[str, int], object] = lambda _name, _gone: None, until: float | None = None
) -> list[Tally]:
    """Let go of everything that is over at `at`, telling `tell` of each batch, and return what is left, by class.

    Stops at `until` (of `time.monotonic`), if given. A second run finds nothing to do.
    """
    tallies = []
    for one in passing():
        gone = 0
        while (until is None or time.monotonic() < until) and (few := one.source.forget(at - one.term, at=at)):
            gone += few
            tell(one.name, gone)
        if gone:
            audit.record("system", "retention.ran", one.object_id, reason=f"gone:{gone}", at=at)
        tallies.append(_look(one, at, gone))
    return tallies


def run_now() -> None:
    """What the schedule calls: run, clean the file of what was let go of, and come back at once for the rest."""
    tallies = run(timezone.now(), until=time.monotonic() + SECONDS_A_RUN)
    if any(tally.gone for tally in tallies):
        scrub()
    if any(tally.gone and tally.overdue for tally in tallies):
        outbox.wake(TASK)


def clean_soon() -> None:
    """Have the worker clean the database's files once this transaction is done."""
    outbox.wake(CLEAN)


def clean_now() -> None:
    """What the worker calls after an erasure."""
    scrub()


def as_json(tally: Tally) -> dict[str, object]:
    """Return a tally for machines."""
    return {**asdict(tally), "oldest": tally.oldest.isoformat() if tally.oldest else None}
