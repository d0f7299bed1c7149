"""Where a candidate can still come from that beats a score: the pledges of a country, by size, down to some standing.

How well a pledge stands (its record, its checks) is indexed within its kind, its country and the size of its units.
What else it could gain with a need is known before it is read: so much for such a country, so much for such a size, all
of the rest. Whatever stands too low to reach the score, even then, is left in the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from offers.matching.bound import MOST_STANDING, fit_points, smallest_party, standing, waiting_points
from offers.matching.facts import NeedFacts
from offers.matching.score import WEIGHTS
from offers.matching.statement import Statement

SIZES = 6  # units larger than the smallest by more than so many are looked at together


@dataclass(frozen=True, slots=True)
class Stream:
    """Pledges of one country and no other, or those that reach further; with an empty country, simply all."""

    country: str
    far: bool
    rank: int  # the best place that its countries can have on the party's list

    def condition(self, s: Statement) -> str:
        """Return what is true of its pledges, spelled as their index spells it."""
        if self.far:
            return f"NOT (NOT remote AND {s.is_empty('service_area')})"
        if self.country:
            return f"country = {s.value(self.country)} AND NOT remote AND {s.is_empty('service_area')}"
        return "1 = 1"


def streams(need: NeedFacts) -> tuple[Stream, ...]:
    """Return the streams of a need, the one first that could bring most points."""
    if need.countries is None:
        return (Stream("", False, 0),)
    near = (Stream(code, False, rank) for rank, code in enumerate(need.countries))
    accepted = [rank for rank, code in enumerate(need.countries) if code not in need.countries_excluded]
    near_first = [one for one in near if one.rank in accepted]
    return (*near_first[:1], Stream("", True, 0), *near_first[1:])


def worth_reading(s: Statement, need: NeedFacts, stream: Stream, score: int, today: date) -> str:
    """Return the condition under which a pledge of a stream could reach a score; an empty text if none could."""
    rest = waiting_points(need, today) + sum(WEIGHTS[name] for name in ("preferences", "language", "stay"))
    rest += WEIGHTS["country"] * 2 // (2 + stream.rank)
    return " OR ".join(
        f"(max_party {which} AND {standing(s)} >= {score - rest - fit})"
        for which, fit in _sizes(need)
        if score - rest - fit <= MOST_STANDING
    )


def _sizes(need: NeedFacts) -> Iterator[tuple[str, int]]:
    smallest = smallest_party(need)
    for size in range(smallest, smallest + SIZES):
        yield f"= {size}", fit_points(need, size)
    yield f">= {smallest + SIZES}", fit_points(need, smallest + SIZES)
