"""The life of a run while a process works on it: how far it is, and whether anybody still wants it."""

import time
from datetime import timedelta

from django.utils import timezone

from offers.matching.runs.models import MatchingRun, RunStatus

EVERY_SECONDS = 3.0
DEAD_AFTER = timedelta(seconds=15)


class Over(Exception):
    """The run is no longer this process's."""


class Beat:
    """Writes the signs of life of one attempt at a run."""

    def __init__(self, run: MatchingRun) -> None:
        self._mine = {"pk": run.pk, "status": RunStatus.RUNNING, "attempts": run.attempts}
        self._told = 0.0

    def told(self, share: float) -> None:
        """Write how far it is, at most once a second. Raises Over."""
        if time.monotonic() - self._told < 1:
            return
        self._told = time.monotonic()
        self.alive(progress=round(1000 * share))

    def alive(self, **columns: int) -> None:
        """Write a sign of life. Raises Over."""
        now = timezone.now()
        if not MatchingRun.objects.filter(**self._mine).update(beat_at=now, updated_at=now, **columns):
            raise Over
