"""Running out: an offer whose days are over, or for which nobody answers any more, is no offer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from kernel import audit
from offers.pledges.locking import locked, moved, only_while
from offers.pledges.models import Pledge, PledgeStatus

# what was never confirmed is not let run out: it is erased sooner, as what nobody stands behind
RUNS_OUT = (PledgeStatus.VETTING, PledgeStatus.ACTIVE, PledgeStatus.PAUSED)
DAYS_OVER = "days_over"


def let_run_out(at: datetime | None = None) -> int:
    """Let every offer run out whose last day is over and that has nobody with it; return how many.

    Run by the schedule, each offer in a transaction of its own; running it twice does no harm.
    """
    now = at or timezone.now()
    over = Pledge.objects.filter(status__in=RUNS_OUT, available_until__lte=localdate(now), units_held=0)
    return sum(_run_out(pledge, now) for pledge in list(over.order_by("pk").only("pk")))


@transaction.atomic
def _run_out(pledge: Pledge, at: datetime) -> bool:
    pledge = locked(pledge)
    last = pledge.available_until
    if pledge.status not in RUNS_OUT or last is None or last > localdate(at) or pledge.units_held:
        return False  # somebody gave it new days while we waited for the lock
    lapse(pledge=pledge, at=at, why=DAYS_OVER)
    return True


@transaction.atomic
def lapse(*, pledge: Pledge, at: datetime, why: str) -> Pledge:
    """Let an offer run out. Its private link stays good, to offer it again. Raises Refusal `illegal_transition`."""
    pledge = locked(pledge)
    only_while(pledge, *RUNS_OUT)
    moved(pledge, to=PledgeStatus.EXPIRED, by="system", at=at, why=why)
    audit.record("system", "pledge.expired", pledge.pk, reason=why, at=at)
    return pledge
