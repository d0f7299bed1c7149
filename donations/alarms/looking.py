"""Looking every five minutes: raise what is new, end what is over, promise one mail to each finance officer."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from donations.alarms.finding import found
from donations.alarms.models import Alarm
from donations.alarms.telling import promise_mails


def look_now() -> None:
    """What the schedule calls."""
    look(at=timezone.now())


def look(*, at: datetime) -> list[str]:
    """Make the standing alarms those that are found; return the codes of the new ones."""
    return settle_alarms(found(at=at), at=at)


@transaction.atomic
def settle_alarms(codes: Iterable[str], *, at: datetime) -> list[str]:
    """Raise and end alarms so that exactly `codes` stand; return the new ones, of which mails are promised."""
    wanted = set(codes)
    standing = set(Alarm.objects.select_for_update().filter(over_at=None).values_list("code", flat=True))
    Alarm.objects.filter(over_at=None, code__in=standing - wanted).update(over_at=at)
    new = sorted(wanted - standing)
    made = Alarm.objects.bulk_create([Alarm(code=code, raised_at=at) for code in new], ignore_conflicts=True)
    if made:
        promise_mails()
    return new


def standing_alarms() -> list[Alarm]:
    """Return the alarms that stand, oldest first."""
    return list(Alarm.objects.filter(over_at=None).order_by("raised_at", "code"))
