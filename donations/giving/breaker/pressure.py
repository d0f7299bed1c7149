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
# what comes again by itself had no page, and makes no room for pages
_BY_PAGE = Q(status__in=PAID, checkout_session__isnull=False)
_PAID, _UNPAID = Count("pk", filter=_BY_PAGE), Count("pk", filter=~Q(status__in=PAID))
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
    if fund:
        return _of_funds([fund], since=at - HOUR)[0]
    gifts = Donation.objects.filter(created_at__gt=at - HOUR).aggregate(paid=_PAID, unpaid=_UNPAID)
    return Pressure(None, **gifts, declined=DeclinedCharge.objects.filter(at__gt=at - HOUR).count())


def pressures(funds: list[Fund], *, at: datetime) -> list[Pressure]:
    """Return the pressure in all, then that of each fund. Four queries, however many funds there are."""
    return [pressure(None, at=at), *_of_funds(funds, since=at - HOUR)]


def _of_funds(funds: list[Fund], *, since: datetime) -> list[Pressure]:
    own = Donation.objects.filter(created_at__gt=since, allocations__fund__in=funds).values("allocations__fund")
    gifts = {row["allocations__fund"]: row for row in own.annotate(paid=_PAID, unpaid=_UNPAID).order_by()}
    tries = DeclinedCharge.objects.filter(at__gt=since, donation__allocations__fund__in=funds)
    cards = tries.values_list("donation__allocations__fund").annotate(declined=Count("pk")).order_by()
    declined, none = dict(cards), {"paid": 0, "unpaid": 0}
    return [
        Pressure(one, gifts.get(one.pk, none)["unpaid"], gifts.get(one.pk, none)["paid"], declined.get(one.pk, 0))
        for one in funds
    ]


def of_funds(found: list[Pressure], funds: list[Fund]) -> list[Pressure]:
    """Return, of the pressures of more funds, the one in all and those of these funds."""
    return [one for one in found if one.fund is None or one.fund in funds]


def worst(found: list[Pressure]) -> State:
    """Return the gravest state among them."""
    return max(one.state for one in found)
