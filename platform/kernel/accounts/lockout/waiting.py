"""How long the next try has to wait. A try counts as failed until it has succeeded: many at once win nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kernel.accounts.lockout.models import SignInTry

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are free; then the wait doubles, from `first` up to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def after(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures."""
        if failures < self.free:
            return timedelta(0)
        doubled = min(failures - self.free, 20)  # beyond that every wait is the longest
        return min(self.first * (1 << doubled), self.longest)


# one visitor, or one known device, at one account: a few slips, then minutes, then hours
OF_ONE = Patience(free=5, first=timedelta(minutes=1), longest=timedelta(hours=4))
# all strangers together at one account: many slips, then a breaker that never shuts for longer than ten minutes
OF_ALL = Patience(free=50, first=timedelta(minutes=1), longest=timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was let through: until it succeeds it stands as failed."""

    words: tuple[str, ...]

    @transaction.atomic
    def succeeded(self) -> None:
        """Forget the failures of whoever tried; of the account's breaker take back this one try alone."""
        first, *rest = self.words
        SignInTry.objects.filter(pk=first).delete()
        for row in SignInTry.objects.select_for_update().filter(pk__in=rest).order_by("pk"):
            row.failures = max(0, row.failures - 1)
            row.save(update_fields=["failures"])


@transaction.atomic
def begin(words: Sequence[tuple[str, Patience]], *, at: datetime | None = None) -> Try | None:
    """Let a try through and count it under every word, or return None if one of them says to wait: then none counts."""
    at = at or timezone.now()
    names = sorted(word for word, _patience in words)
    SignInTry.objects.bulk_create(
        [SignInTry(word=name, opens_at=at, last_at=at) for name in names], ignore_conflicts=True
    )
    rows = {row.pk: row for row in SignInTry.objects.select_for_update().filter(pk__in=names).order_by("pk")}
    if any(row.opens_at > at for row in rows.values()):
        return None
    for word, patience in words:
        row = rows[word]
        row.failures += 1
        row.opens_at, row.last_at = at + patience.after(row.failures), at
        row.save(update_fields=["failures", "opens_at", "last_at"])
    return Try(tuple(word for word, _patience in words))


def forget_old_tries() -> None:
    """Delete what yesterday's salt can no longer explain; the worker does it every hour."""
    SignInTry.objects.filter(last_at__lt=timezone.now() - KEPT_FOR).delete()
