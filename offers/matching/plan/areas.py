"""Areas: linked needs of one household are met in one area, or not at all.

An area is a region (ISO 3166-2), or a country where no more is known: offers of one country may be a day's
journey apart. Help that serves a whole country can be had in each of its regions, and remote help anywhere.
"""

from collections.abc import Iterable

from offers.matching.facts import ANYWHERE, NeedFacts, Reach, country_of


def accepts(need: NeedFacts, area: str) -> bool:
    """Whether the party may go there, and the linked needs that have a match already are met there."""
    if not all(reach.covers(area) for reach in need.within):
        return False
    country = country_of(area)
    if area == ANYWHERE:
        return True
    return country not in need.countries_excluded and (need.countries is None or country in need.countries)


def named_by(reaches: Iterable[Reach]) -> set[str]:
    """Return the areas that are worth asking about for linked needs that these offers would meet."""
    found: set[str] = set()
    for reach in reaches:
        found |= {ANYWHERE} if reach.remote else {reach.area, *reach.countries}
    return found


def in_one_area(placed: Iterable[tuple[NeedFacts, Reach]]) -> bool:
    """Whether there is an area in which all these needs are met by the help they are given."""
    pairs = list(placed)
    areas = named_by([*(reach for _need, reach in pairs), *(one for need, _reach in pairs for one in need.within)])
    return any(all(reach.covers(area) and accepts(need, area) for need, reach in pairs) for area in areas)
