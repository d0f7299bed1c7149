"""Families and linked households as facts, in shapes that were published: what is measured is the plan alone."""

import random
from datetime import date, timedelta

from offers.matching.facts import NeedFacts, PledgeFacts, Span

TODAY = date(2026, 11, 22)
# a resettlement agency's year: families of one to nine, most of them small (Ahani et al., 2021)
SIZES = (30, 17, 14, 13, 10, 7, 4, 3, 2)
TONGUES = ("ru", "en", "ar", "fr", "so")
URGENCIES = ("emergency", "urgent", "soon", "planned")
REGIONS = 4  # of each country
World = tuple[list[NeedFacts], list[PledgeFacts]]


def families(count: int, *, places: int, countries: int = 1, share: float = 0.6, seed: int = 1) -> World:
    """Families that take as many places as they are persons, and room for a `share` of all persons."""
    dice = random.Random(seed)
    sizes = dice.choices(range(1, 10), SIZES, k=count)
    needs = [
        NeedFacts(
            id=f"nd_{index:06}", organisation="org_a", kind="resettlement_place", units=size,
            urgency=dice.choice(URGENCIES), size=size, bands={"18-59": size},
            window=Span(TODAY + timedelta(days=20), TODAY + timedelta(days=27)), stay_days=200,
            countries=None if countries == 1 else tuple(_some_countries(dice, countries)),
            languages=tuple(dice.sample(TONGUES, dice.randint(0, 2))),
            waiting_since=TODAY - timedelta(days=dice.randint(0, 120)),
        )
        for index, size in enumerate(sizes)
    ]  # fmt: skip
    parts = [0.2 + dice.random() for _ in range(places)]
    pledges = [
        _pledge(
            dice, index, kind="resettlement_place", country=f"C{index % countries}", party=1,
            units=max(9, round(share * sum(sizes) * part / sum(parts))),
        )
        for index, part in enumerate(parts)
    ]  # fmt: skip
    return needs, pledges


def households(count: int, *, linked: float = 0.3, share: float = 0.8, seed: int = 1) -> World:
    """Homes for so many needs, a part of them linked two, three or four at a time; room for a `share` of them.

    About forty offers fit a need, however many there are.
    """
    dice = random.Random(seed)
    countries = max(3, count // 80)
    needs: list[NeedFacts] = []
    while len(needs) < count:
        together = dice.choice((2, 2, 2, 3, 4)) if len(needs) < linked * count else 1
        accepted, urgency = tuple(_some_countries(dice, countries)), dice.choice(URGENCIES)
        tongues = tuple(dice.sample(TONGUES, 1))
        since = TODAY - timedelta(days=dice.randint(0, 120))
        bundle = f"bd_{len(needs):06}" if together > 1 else ""
        for _member in range(min(together, count - len(needs))):
            size = dice.randint(1, 4)
            needs.append(
                NeedFacts(
                    id=f"nd_{len(needs):06}", organisation="org_a", kind="housing", units=1, size=size,
                    bands={"18-59": size}, window=Span(TODAY + timedelta(days=20), TODAY + timedelta(days=27)),
                    stay_days=30, languages=tongues, waiting_since=since, bundle=bundle, countries=accepted,
                    urgency=urgency,
                )
            )  # fmt: skip
    pledges: list[PledgeFacts] = []
    left = round(share * count)
    while left > 0:
        units = min(left, dice.randint(1, 2))
        country = f"C{dice.randrange(countries)}"
        pledges.append(
            _pledge(dice, len(pledges), kind="housing", country=country, party=dice.randint(2, 5), units=units)
        )
        left -= units
    return needs, pledges


def _some_countries(dice: random.Random, of: int) -> list[str]:
    return [f"C{one}" for one in dice.sample(range(of), dice.choice((1, 2, 2, 3)))]


def _pledge(dice: random.Random, index: int, *, kind: str, country: str, party: int, units: int) -> PledgeFacts:
    return PledgeFacts(
        id=f"pl_{index:06}", organisation="org_b", kind=kind, provider="organisation", status="active",
        vetted_until=None, confirm_by=TODAY, units_total=units, max_party=party,
        availability=(Span(TODAY, TODAY + timedelta(days=900)),), country=country,
        region=f"{country}-{dice.randrange(REGIONS)}", languages=tuple(dice.sample(TONGUES, 3)),
        vetting_steps=dice.randint(0, 6), tokens=frozenset({f"pl_{index:06}"}),
    )  # fmt: skip
