"""Where a candidate can still come from that beats a score: the pledges of a country, by size, down to some standing.

How well a pledge stands (its record, its checks) is indexed within its kind, its country and the size of its units, and
within the features it has, for a party with wishes. What else it could gain with a need is known before it is read: so
much for such a country, such a size and such features, all of the rest. Whatever stands too low to reach the score,
even then, is left in the database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from offers.matching.bound import (
    MOST_STANDING,
    fit_points,
    preference_points,
    smallest_party,
    standing,
    waiting_points,
)
from offers.matching.facts import NeedFacts
from offers.matching.score import WEIGHTS
from offers.matching.sets import Wished
from offers.matching.statement import Statement

LOOKS = 8  # after so many first looks, whatever they have found is enough to go on with
SIZES = 3  # units larger than the smallest by more than so many are looked at together


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


def worth_reading(
    s: Statement, need: NeedFacts, stream: Stream, among: Sequence[Wished], score: int, today: date
) -> str:
    """Return the condition under which a pledge of a stream could reach a score; an empty text if none could."""
    rest = waiting_points(need, today) + WEIGHTS["language"] + WEIGHTS["stay"]
    rest += WEIGHTS["country"] * 2 // (2 + stream.rank)
    return " OR ".join(
        f"({some.condition(s)} AND max_party {which} AND {standing(s)} >= {least})"
        for some in among
        for which, fit in _sizes(need)
        if (least := score - rest - fit - preference_points(need, some.met)) <= MOST_STANDING
    )


def first_looks(need: NeedFacts, among: Sequence[Wished]) -> list[tuple[Stream, Wished, int]]:
    """Return where to look first, the most promising before the others: streams, wishes met, and sizes of units."""
    sizes = range(smallest_party(need), smallest_party(need) + 2)
    looks = [(stream, some, size) for some in among for stream in streams(need) for size in sizes]

    def promise(look: tuple[Stream, Wished, int]) -> int:
        stream, some, size = look
        country = WEIGHTS["country"] * 2 // (2 + stream.rank)
        return country + preference_points(need, some.met) + fit_points(need, size)

    return sorted(looks, key=promise, reverse=True)[:LOOKS]


def _sizes(need: NeedFacts) -> Iterator[tuple[str, int]]:
    smallest = smallest_party(need)
    for size in range(smallest, smallest + SIZES):
        yield f"= {size}", fit_points(need, size)
    yield f">= {smallest + SIZES}", fit_points(need, smallest + SIZES)
