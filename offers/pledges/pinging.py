""" "Is this still so?": each provider is asked in turn, reminded once, and then taken at their silence."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from kernel import audit
from kernel.outbox import enqueue
from offers.pledges.lapsing import lapse
from offers.pledges.living import set_aside
from offers.pledges.locking import locked
from offers.pledges.models import Pledge
from offers.pledges.outbox_kinds import REMINDER_MAIL, STILL_SO_MAIL
from offers.pledges.rhythm import NO_ANSWER, Step, due, next_step


def ask_whether_still_so(at: datetime | None = None) -> "Counter[str]":
    """Do what the day asks for with every offer, each in a transaction of its own; return how often each was done.

    Run by the schedule; running it twice, or by two at once, does no harm.
    """
    now = at or timezone.now()
    done: Counter[str] = Counter()
    for pledge in list(due(localdate(now)).order_by("confirm_by", "pk").only("pk")):
        done[_step(pledge, now).value] += 1
    return done


@transaction.atomic
def _step(pledge: Pledge, at: datetime) -> Step:
    pledge = locked(pledge)
    step = next_step(pledge, localdate(at))  # somebody may have answered while we waited for the lock
    if step is Step.ASK:
        _write(pledge, "asked_at", STILL_SO_MAIL, at)
    elif step is Step.REMIND:
        _write(pledge, "reminded_at", REMINDER_MAIL, at)
    elif step is Step.PAUSE:
        set_aside(pledge=pledge, by="system", at=at, why=NO_ANSWER)
    elif step is Step.EXPIRE:
        lapse(pledge=pledge, at=at, why=NO_ANSWER)
    return step


def _write(pledge: Pledge, column: str, kind: str, at: datetime) -> None:
    """Promise a mail and keep when, in one breath. What a partner reads of the offer stays as it was."""
    Pledge.objects.filter(pk=pledge.pk).update(**{column: at})
    enqueue(kind, pledge.pk)
    audit.record("system", "pledge.asked" if column == "asked_at" else "pledge.reminded", pledge.pk, at=at)
