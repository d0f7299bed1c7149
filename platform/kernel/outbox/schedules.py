"""Telling the worker what runs every so often."""

from django.db import transaction
from django_q.models import Schedule

from kernel.outbox.queue import RUN
from kernel.outbox.registry import REPEATED


@transaction.atomic
def sync_schedules() -> list[str]:
    """Make the worker's schedules those of the registry: add, change, remove. Returns their names, sorted.

    Schedules that this house did not write stay as they are.
    """
    ours = Schedule.objects.filter(func=RUN)
    ours.exclude(name__in=list(REPEATED)).delete()
    for known in REPEATED.values():
        Schedule.objects.update_or_create(
            name=known.name,
            func=RUN,
            defaults={"args": repr((known.task,)), "schedule_type": Schedule.MINUTES, "minutes": known.minutes},
        )
    return sorted(REPEATED)
