"""What a class of data is: what is in it, how long it stays, and what remains of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import models, transaction

from kernel.states import Refusal

BATCH = 100


class Source(Protocol):
    """Where the overdue of one class are found, and how they are let go of."""

    def count(self, before: datetime) -> int:
        """Return how many are older than `before`."""

    def oldest(self, before: datetime) -> datetime | None:
        """Return the age of the oldest that is older than `before`, or None."""

    def forget(self, before: datetime, *, at: datetime) -> int:
        """Let go of the next few, whole or not at all, and return how many: 0 when there are none left."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table. `overdue` is a queryset of those older than a moment, `clock` the column that says how old.

    `change`, if given, is called with one locked-or-gone primary key and the moment, in a transaction of its own, and
    makes the row leave the queryset; without it whole batches are deleted, each in a transaction.
    """

    overdue: Callable[[datetime], "models.QuerySet[Any]"]
    clock: str
    change: Callable[[Any, datetime], object] | None = None

    def count(self, before: datetime) -> int:
        """Return how many rows are older than `before`."""
        return self.overdue(before).count()

    def oldest(self, before: datetime) -> datetime | None:
        """Return the clock of the oldest row, or None."""
        return self.overdue(before).order_by(self.clock).values_list(self.clock, flat=True).first()

    def forget(self, before: datetime, *, at: datetime) -> int:
        """Let go of the oldest BATCH rows and return how many there were."""
        rows = self.overdue(before).order_by(self.clock, "pk")
        keys = list(rows.values_list("pk", flat=True)[:BATCH])
        if self.change is None:
            with transaction.atomic():
                # asked again inside: a row that was taken up in the meantime is no longer overdue
                self.overdue(before).filter(pk__in=keys).delete()
            return len(keys)
        return sum(self._changed(self.change, key, at) for key in keys)

    @staticmethod
    def _changed(change: Callable[[Any, datetime], object], key: Any, at: datetime) -> bool:
        """Change one row; one that refuses stays, and stays overdue for everyone to see."""
        try:
            with transaction.atomic():
                change(key, at)
        except Refusal:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Passing:
    """A class whose members go. `days` is the usual term; `settings.RETENTION_DAYS` may give another, by name.

    `shortest` is the least that term may be: below it something that still works would break.
    """

    name: str
    what: str
    days: int
    remains: str
    source: Source
    tables: tuple[str, ...]
    shortest: int = 1

    @property
    def term(self) -> timedelta:
        """How long it stays."""
        return timedelta(days=settings.RETENTION_DAYS.get(self.name, self.days))

    @property
    def object_id(self) -> str:
        """What the trail calls it."""
        return f"retention:{self.name}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A class that no run touches, and why."""

    name: str
    what: str
    why: str
    tables: tuple[str, ...]
