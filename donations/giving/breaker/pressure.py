"""How hard the page is pressed, in all and for one fund: pages left unpaid, gifts paid, cards declined within an hour.

Two things tell an attack from a good day. Card testers open pages that nobody pays, and their cards are declined; a
crowd of givers pays. So what is borne grows with what is paid, and a flood of goodwill trips nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.db.models import Count, Q

from donations.funds.models import Fund
from donations.giving.breaker.models import DeclinedCharge
from donations.giving.models import Donation
from donations.giving.states import DonationStatus

HOUR = timedelta(hours=1)
PAID = (DonationStatus.PAID, DonationStatus.PROCESSING)


class State(IntEnum):
    """`calm`: everyone passes. `strained`: a solved riddle does, others slowly. `tripped`: both slowly."""

    CALM = 0
    STRAINED = 1
    TRIPPED = 2


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is borne in an hour in which nothing is paid: unpaid pages, declined cards."""

    unpaid: int
    declined: int


OF_FUND, OVERALL = Bounds(unpaid=20, declined=15), Bounds(unpaid=30, declined=25)
UNPAID_PER_PAID = 2  # half of those who come to the payment page may leave it, and then some


@dataclass(frozen=True, slots=True)
class Pressure:
    """What happened in the last hour; `fund` is None for all of them together."""

    fund: Fund | None
    unpaid: int
    paid: int
    declined: int

    @property
    def scope(self) -> str:
        """What is counted under this pressure: a fund's id, or everybody."""
        return self.fund.pk if self.fund else "everybody"

    @property
    def state(self) -> State:
        """What this pressure calls for."""
        bounds = OF_FUND if self.fund else OVERALL
        if self.declined >= bounds.declined and self.declined > self.paid:
            return State.TRIPPED
        return State.STRAINED if self.unpaid >= bounds.unpaid + UNPAID_PER_PAID * self.paid else State.CALM


def pressure(fund: Fund | None, *, at: datetime) -> Pressure:
    """Return what the last hour was like for a fund, or in all. Two queries."""
    since = at - HOUR
    gifts, declines = Donation.objects.filter(created_at__gt=since), DeclinedCharge.objects.filter(at__gt=since)
    if fund:
        gifts, declines = gifts.filter(allocations__fund=fund), declines.filter(donation__allocations__fund=fund)
    counted = gifts.aggregate(
        paid=Count("pk", filter=Q(status__in=PAID)), unpaid=Count("pk", filter=~Q(status__in=PAID))
    )
    return Pressure(fund, counted["unpaid"], counted["paid"], declines.count())


def pressures(funds: list[Fund], *, at: datetime) -> list[Pressure]:
    """Return the pressure in all, then that of each fund."""
    return [pressure(None, at=at), *(pressure(fund, at=at) for fund in funds)]


def worst(found: list[Pressure]) -> State:
    """Return the gravest state among them."""
    return max(one.state for one in found)
