"""When a provider is asked "is this still so?", reminded, and taken at their silence: days counted, nothing done."""

from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.utils.timezone import localdate

from offers.pledges.models import Pledge, PledgeQuerySet, PledgeStatus

ASKED = (PledgeStatus.ACTIVE, PledgeStatus.PAUSED)
NO_ANSWER = "no_answer"  # why an offer was paused, and later given up


class Rhythm(NamedTuple):
    """Days: an answer counts for `every`, the next question comes `ahead` of its end, `between` it and a reminder."""

    every: int
    ahead: int
    between: int

    @property
    def patience(self) -> int:
        """Days after which an offer that nobody answers for is given up, counted from when its last answer ended."""
        return self.every


class Step(Enum):
    """What is to be done about an offer now."""

    NOTHING = "nothing"
    ASK = "ask"
    REMIND = "remind"
    PAUSE = "pause"
    EXPIRE = "expire"


def rhythm() -> Rhythm:
    """Return the rhythm that CONFIRM_EVERY_DAYS sets: at 60 days, 10 ahead and 4 between."""
    every = settings.CONFIRM_EVERY_DAYS
    return Rhythm(every, ahead=min(10, every // 3), between=max(1, min(4, every // 8)))


def _of_this_round(moment: datetime | None, ends: date, ahead: int) -> date | None:
    """Return the day of `moment` if it belongs to the round that ends on `ends`: an answer begins a new round."""
    day = localdate(moment) if moment else None
    return day if day and day >= ends - timedelta(days=ahead) else None


def awaits_answer(pledge: Pledge) -> bool:
    """Whether the provider was asked and has not answered since."""
    if pledge.status not in ASKED or pledge.confirm_by is None:
        return False
    return _of_this_round(pledge.asked_at, pledge.confirm_by, rhythm().ahead) is not None


def next_step(pledge: Pledge, today: date) -> Step:
    """Return what the day asks for. Nobody is taken at their silence before they were asked and reminded in full."""
    ends, over = pledge.confirm_by, pledge.available_until
    if pledge.status not in ASKED or ends is None or (over is not None and over <= today):
        return Step.NOTHING
    _every, ahead, between = rhythm()
    pause = timedelta(days=between)
    asked = _of_this_round(pledge.asked_at, ends, ahead)
    reminded = _of_this_round(pledge.reminded_at, ends, ahead)
    if asked is None:
        return Step.ASK if today >= ends - timedelta(days=ahead) else Step.NOTHING
    if reminded is None:
        return Step.REMIND if today >= max(ends - pause, asked + pause) else Step.NOTHING
    if today <= ends or today < reminded + pause:
        return Step.NOTHING
    if pledge.status == PledgeStatus.ACTIVE:
        return Step.PAUSE
    given_up = today > max(ends, reminded) + timedelta(days=rhythm().patience)
    return Step.EXPIRE if given_up and not pledge.units_held else Step.NOTHING


def due(today: date) -> PledgeQuerySet:
    """Return the offers about which something may have to be done today."""
    return Pledge.objects.filter(status__in=ASKED, confirm_by__lte=today + timedelta(days=rhythm().ahead))
