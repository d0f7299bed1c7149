"""When both sides of a match that has started are asked how it goes: days counted, nothing done."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

MONTH = 30  # days


class Step(models.TextChoices):
    """Which check it is."""

    FIRST = "first", _("the first days")
    WEEK = "week", _("after a week")
    MONTH = "month", _("monthly")


class Due(NamedTuple):
    """A check, and the day it is due."""

    step: Step
    on: date


# after so many days without an answer it is reminded of, and after so many it is overdue: the first by the third day
PATIENCE = {Step.FIRST: (1, 3), Step.WEEK: (2, 4), Step.MONTH: (2, 4)}


def due_by(started: date, today: date) -> Due | None:
    """Return the latest check that is due by `today`, or None on the first day.

    Only the latest: nobody is asked for days on which a worker stood still.
    """
    days = (today - started).days
    if days < 1:
        return None
    if days < 7:
        return Due(Step.FIRST, started + timedelta(days=1))
    if days < MONTH:
        return Due(Step.WEEK, started + timedelta(days=7))
    return Due(Step.MONTH, started + timedelta(days=days // MONTH * MONTH))


def remind_after(step: str) -> timedelta:
    """Return how long somebody has before they are reminded."""
    return timedelta(days=PATIENCE[Step(step)][0])


def overdue_after(step: str) -> timedelta:
    """Return how long somebody has before their silence is shown."""
    return timedelta(days=PATIENCE[Step(step)][1])
