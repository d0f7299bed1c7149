"""Wrong passphrases, counted by account: each makes the wait for the next one longer, up to a quarter of an hour."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.accounts.models import Member
from kernel.disclosure.unlocking.rows import UnlockTries
from kernel.states import Refusal

LONGEST = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta:
    """Return how long nobody is heard after so many failures in a row: 1 s, 2 s, 4 s …, at most 15 minutes."""
    return min(LONGEST, timedelta(seconds=2 ** min(failures - 1, 20)))


def check(member: Member, *, at: datetime) -> None:
    """Raise Refusal `too_many_tries` (with `seconds`) while the account has to wait."""
    row = UnlockTries.objects.filter(member=member, not_before__gt=at).first()
    if row is not None:
        raise _refusal(row.not_before, at)


@transaction.atomic
def charge(member: Member, *, at: datetime) -> None:
    """Count a try as failed before it is made, so that no two run side by side and none is forgotten in a crash.

    Raises Refusal `too_many_tries`.
    """
    row, _new = UnlockTries.objects.get_or_create(member=member, defaults={"not_before": at})
    mine = UnlockTries.objects.filter(member=member, failures=row.failures, not_before__lte=at)
    failures = min(row.failures + 1, 1000)
    if not mine.update(failures=failures, not_before=at + wait_after(failures)):
        raise _refusal(row.not_before, at)


def forgive(member: Member) -> None:
    """Forget the failures of whoever had the right words, in the caller's transaction."""
    UnlockTries.objects.filter(member=member).delete()


def _refusal(until: datetime, at: datetime) -> Refusal:
    seconds = max(1, round((until - at).total_seconds()))
    sentence = _("Too many wrong tries: wait %(seconds)s seconds, then type the six words once more.")
    return Refusal("too_many_tries", sentence % {"seconds": seconds}, "passphrase", seconds=seconds)
