"""Who is let through to the payment page while it is pressed. Call it outside a transaction: a try that counted stays.

Nobody is asked who they are. What lets a donor through is work done by their browser, or patience: a page that was
open for a minute passes without a script, a few of them an hour and more as gifts are paid.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext_noop as _

from donations.giving.breaker.pressure import (
    HOUR,
    OVERALL,
    PAID,
    UNPAID_PER_PAID,
    Pressure,
    State,
    pressure,
    worst,
)
from donations.giving.breaker.stopping import check_giving_goes_on
from donations.giving.models import Donation
from kernel.limits.rates import Rate
from kernel.limits.taking import take
from kernel.states import Refusal

PATIENCE = timedelta(minutes=1)
HARDER = 3  # bits: eight times the work while it is tripped
SLOW, FAST = 6, 20  # an hour and scope: pages opened by patience · by work while it is tripped
CLIENTS_UNPAID = 10  # an hour and client, while it is tripped
LIMITED = _("Many people are giving at this moment. Nothing was charged. Please try again in a while.")
PATIENT = _("Many people are giving at this moment. Please wait a minute on this page, then press the button again.")


@dataclass(frozen=True, slots=True)
class Effort:
    """What the sender of a form has done for it: seconds it was open, whether its riddle is solved, of how many bits.

    Without a script the riddle is never solved, and nothing is lost but a minute.
    """

    seconds: float
    worked: bool
    bits: int = 0


def admit(found: list[Pressure], *, effort: Effort) -> None:
    """Let a page be opened under the pressures `found` for its funds, or raise Refusal `giving_limited` (fact
    `retry_after`, in seconds).

    `giving_stopped` is raised while a person has stopped it;
    `harder_riddle` is raised where the riddle was solved and is too easy by now: a new one has to be shown.
    """
    check_giving_goes_on()
    pressing = [one for one in found if one.state != State.CALM]
    if not pressing:
        return
    tripped = worst(pressing) == State.TRIPPED
    if effort.worked and not tripped:
        return
    if effort.worked and effort.bits < bits_wanted(State.TRIPPED):
        raise Refusal("harder_riddle", PATIENT, retry_after=1)
    if not effort.worked and effort.seconds < PATIENCE.total_seconds():
        wait = int(PATIENCE.total_seconds() - effort.seconds) + 1
        raise Refusal("giving_limited", PATIENT, retry_after=wait)
    lane, usual = ("give by work", FAST) if effort.worked else ("give by patience", SLOW)
    for one in pressing:
        _take(lane, one, usual)


def admit_client(actor: str, *, at: datetime) -> None:
    """Let a program's donor through, or raise Refusal `giving_limited`. Only its own unpaid pages count against it."""
    check_giving_goes_on()
    own = Donation.objects.filter(started_by=actor, created_at__gt=at - HOUR)
    counted = own.aggregate(paid=Count("pk", filter=Q(status__in=PAID)), begun=Count("pk"))
    unpaid = counted["begun"] - counted["paid"]
    tripped = pressure(None, at=at).state == State.TRIPPED
    most = (CLIENTS_UNPAID if tripped else OVERALL.unpaid) + UNPAID_PER_PAID * counted["paid"]
    if unpaid >= most:
        raise Refusal("giving_limited", LIMITED, retry_after=600)


def bits_wanted(state: State) -> int:
    """Return how hard a riddle must be to count, in bits."""
    return int(settings.FORM_WORK_BITS) + harder(state)


def harder(state: State) -> int:
    """Return by how many bits a riddle shown now is harder than usual."""
    return HARDER if state == State.TRIPPED else 0


def _take(lane: str, one: Pressure, usual: int) -> None:
    # what is paid makes room: in a flood of goodwill this is no limit at all
    quota = usual + one.paid
    standing = take(f"{lane} {one.scope}", "everybody", Rate(quota, int(HOUR.total_seconds())))
    if not standing.allowed:
        raise Refusal("giving_limited", LIMITED, retry_after=standing.reset)
