"""What the rules and the score may know about a need and a pledge: plain values, no database and no Django.

Days are plain dates and every span is half-open: its end is the day on which it is over.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from offers.pledges.capacity import busy_units, free_units

CHILD_BANDS = ("0-2", "3-12", "13-17")
ADULT_BANDS = ("18-59", "60+")
SHORT_STAY_DAYS = 30


class Span(NamedTuple):
    """Days from `start` up to, but not including, `end`."""

    start: date
    end: date

    def covers(self, other: "Span") -> bool:
        """Whether every day of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a day in common."""
        return self.start < other.end and other.start < self.end


class HeldUnit(NamedTuple):
    """One numbered unit of a pledge, taken by a live match for the days of `span`."""

    unit: int
    span: Span


ANYWHERE = "*"  # the area of help that needs no place


class Reach(NamedTuple):
    """Where help can be had: in its own `area`, in all of `countries`, or, if it is remote, wherever somebody is.

    An area is an ISO 3166-2 region, or a country if no more is known, or ANYWHERE.
    """

    area: str
    countries: frozenset[str]
    remote: bool

    def covers(self, area: str) -> bool:
        """Whether somebody in `area` can be helped."""
        return self.remote or area == self.area or country_of(area) in self.countries


def country_of(area: str) -> str:
    """The country of an area."""
    return area.partition("-")[0]


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """A need as matching sees it: closed vocabulary and numbers, nobody's identity.

    `window.start` to `window.end` are the days between which the stay may begin; `countries` is ranked, best first,
    and None means any. `exclusions` holds pledge ids, organisation ids and digests of words the party must not meet,
    `failed_with` the pledges that a match of the same household ended badly with. `bundle` is shared by the needs that
    are to be met in one place; none if it is empty. `within` says where those of them are that have a match already.
    `present` is the pledge of the open proposal that a plan may move, but not drop; none if it is empty.
    """

    id: str
    organisation: str
    kind: str
    units: int
    urgency: str
    size: int
    bands: dict[str, int]
    window: Span
    stay_days: int
    countries: tuple[str, ...] | None
    languages: tuple[str, ...]
    waiting_since: date
    countries_excluded: frozenset[str] = frozenset()
    requires: frozenset[str] = frozenset()
    prefers: frozenset[str] = frozenset()
    exclusions: frozenset[str] = frozenset()
    failed_with: frozenset[str] = frozenset()
    consent: bool = True
    bundle: str = ""
    within: tuple[Reach, ...] = ()
    present: str = ""

    @property
    def hold(self) -> Span:
        """The days a hold takes while no start day is agreed: the whole window and the stay after it."""
        return Span(self.window.start, self.window.end + timedelta(days=self.stay_days))

    @property
    def children(self) -> int:
        """How many persons under eighteen are in the party."""
        return sum([self.bands.get(band, 0) for band in CHILD_BANDS])

    @property
    def unaccompanied(self) -> bool:
        """Whether the party is children without any adult."""
        return self.children > 0 and not any(self.bands.get(band, 0) for band in ADULT_BANDS)

    def traits(self) -> frozenset[str]:
        """What a provider may lawfully refuse: words about the party's shape and what it cannot do without."""
        words = {f"band:{band}" for band, count in self.bands.items() if count}
        if self.children:
            words.add("children")
        if "pets_ok" in self.requires:
            words.add("pets")
        words.add("single" if self.size == 1 else "group")
        return self.requires | words

    def manner(self) -> frozenset[str]:
        """What a provider may softly wish for: the traits, what the party would like, and how long it stays."""
        return self.traits() | self.prefers | {"long_stay" if self.stay_days > SHORT_STAY_DAYS else "short_stay"}


@dataclass(frozen=True, slots=True)
class PledgeFacts:
    """A pledge as matching sees it; `verified` are the features somebody checked, the only ones a rule believes.

    `vetted_until` and `confirm_by` are the last days on which the checks and the provider's own "this is still so"
    count: no last day means that the checks do not lapse, and that the provider never confirmed. `tokens` are the
    words a need's exclusions may name, the pledge's own id among them.
    `kept` and `broken` count earlier matches the provider stood by, or let fall.
    """

    id: str
    organisation: str
    kind: str
    provider: str
    status: str
    vetted_until: date | None
    confirm_by: date | None
    units_total: int
    max_party: int
    availability: tuple[Span, ...]
    country: str
    languages: tuple[str, ...]
    notice_days: int = 0
    min_stay_days: int | None = None
    max_stay_days: int | None = None
    service_area: frozenset[str] = frozenset()
    remote: bool = False
    verified: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    preferences: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    held: tuple[HeldUnit, ...] = field(default=())
    vetting_steps: int = 0
    kept: int = 0
    broken: int = 0
    region: str = ""

    @property
    def reach(self) -> Reach:
        """Where this help can be had, as closely as is known."""
        return Reach(self.region or self.country, self.service_area, self.remote)

    @property
    def places(self) -> frozenset[str]:
        """Countries in which this help can be had."""
        return self.service_area | {self.country}

    def busy_units(self, span: Span) -> set[int]:
        """Numbers of the units some live match holds on a day of `span`."""
        return busy_units(self.held, *span)

    def free_units(self, span: Span) -> int:
        """How many units nobody holds on any day of `span`."""
        return free_units(self.units_total, self.held, *span)
