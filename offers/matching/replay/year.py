"""A year of homes that nobody lived through: seeded, with the waves, delays and scarcity of a real one.

The shape: arrivals vary by week around a season, with two surges (a crisis in spring, another in autumn) in which
twice as many ask; offers come two weeks after a surge, when people have heard of it. The more urgent a need, the
sooner and the shorter its window. Half of the parties are one person, one in seven has children, for whom a checked
host is needed. A need that is not met goes when its window is over or after an exponential time of four months on
average, whichever is first; an offer after one of five months, and with its days. Every figure is in this file.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from offers.matching.facts import NeedFacts, PledgeFacts, Span
from offers.matching.replay.story import NeedStory, PledgeStory, Story

T = TypeVar("T")
FIRST = date(2030, 1, 7)  # a Monday; which year does not matter
WEEKS = 52
SURGES = (range(10, 14), range(37, 40))
OFFERS_FOLLOW_WEEKS = 2
PLEDGES_A_NEED = 0.42
ALREADY_THERE = 0.15  # of the year's offers, on its first day
COUNTRIES = {"DE": 30, "LT": 16, "NL": 12, "FR": 12, "ES": 9, "PL": 9, "CZ": 7, "SE": 5}
URGENCIES = {"emergency": 8, "urgent": 24, "soon": 45, "planned": 23}
LEAD = {"emergency": (1, 3), "urgent": (2, 8), "soon": (6, 22), "planned": (20, 60)}  # days to the window
WINDOW = {"emergency": (4, 8), "urgent": (8, 15), "soon": (14, 29), "planned": (21, 43)}  # days of it
SIZES = {1: 52, 2: 18, 3: 11, 4: 8, 5: 5, 6: 3, 7: 2, 8: 1}
ROOM_FOR = {1: 34, 2: 33, 3: 12, 4: 10, 5: 6, 6: 3, 8: 2}
STAYS = {14: 20, 30: 35, 60: 25, 90: 15, 180: 5}
ASKED = {"lgbtq_affirming": 0.3, "women_only": 0.05, "step_free": 0.03, "pets_ok": 0.04, "quiet": 0.05}
LIKED = ("private_bathroom", "lockable_room", "smoke_free", "quiet", "trauma_informed")
OFFERED = {"lgbtq_affirming": 0.7, "women_only": 0.12, "step_free": 0.12, "pets_ok": 0.3, "quiet": 0.4,
           "private_bathroom": 0.4, "lockable_room": 0.6, "smoke_free": 0.6, "trauma_informed": 0.15}  # fmt: skip
CHECKED = 0.55  # of hosts, for parties with children
NEED_DAYS, PLEDGE_DAYS = 120, 150  # how long they stay, on average


@dataclass(frozen=True, slots=True)
class Year:
    """How many ask, and which of all such years it is."""

    needs: int = 5000
    seed: int = 1


def imagined(year: Year) -> Story:
    """Return the year: the same figures, the same story."""
    dice = random.Random(year.seed)  # noqa: S311 - a story, not a secret
    asked = _days(dice, year.needs, [_wave(week) for week in range(WEEKS)])
    offered = _days(
        dice, round(year.needs * PLEDGES_A_NEED), [_wave(week - OFFERS_FOLLOW_WEEKS) for week in range(WEEKS)]
    )
    there = [day if dice.random() >= ALREADY_THERE else FIRST for day in offered]
    return Story(
        needs=tuple(_need(dice, f"nd_{number:06}", day) for number, day in enumerate(asked)),
        pledges=tuple(_pledge(dice, f"pl_{number:06}", day) for number, day in enumerate(sorted(there))),
        first=FIRST,
        last=FIRST + timedelta(weeks=WEEKS),
    )


def _wave(week: int) -> float:
    season = 1 + 0.35 * math.sin(2 * math.pi * (week - 8) / WEEKS)
    return season * (2 if any(week in surge for surge in SURGES) else 1)


def _days(dice: random.Random, count: int, weights: Sequence[float]) -> list[date]:
    weeks = dice.choices(range(len(weights)), weights, k=count)
    return sorted(FIRST + timedelta(weeks=week, days=dice.randrange(7)) for week in weeks)


def _one_of(dice: random.Random, weights: Mapping[T, int]) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]


def _some_of(dice: random.Random, chances: Mapping[str, float]) -> Iterator[str]:
    return (word for word, chance in chances.items() if dice.random() < chance)


def _need(dice: random.Random, pk: str, opened: date) -> NeedStory:
    urgency, size = _one_of(dice, URGENCIES), _one_of(dice, SIZES)
    start = opened + timedelta(days=dice.randrange(*LEAD[urgency]))
    window = Span(start, start + timedelta(days=dice.randrange(*WINDOW[urgency])))
    children = dice.randrange(1, size) if size > 1 and dice.random() < 0.3 else 0
    facts = NeedFacts(
        id=pk,
        organisation=f"org_{dice.randrange(4)}",
        kind="housing",
        units=1,
        urgency=urgency,
        size=size,
        bands={"3-12": children, "18-59": size - children},
        window=window,
        stay_days=_one_of(dice, STAYS),
        countries=None if dice.random() < 0.35 else _countries(dice, dice.randrange(1, 4)),
        languages=("ru", "en") if dice.random() < 0.5 else ("ru",),
        waiting_since=opened,
        requires=frozenset(_some_of(dice, ASKED)),
        prefers=frozenset(dice.sample(LIKED, dice.randrange(3))),
    )
    gone = opened + timedelta(days=1 + round(dice.expovariate(1 / NEED_DAYS)))
    return NeedStory(facts, opened, min(window.end, gone))


def _pledge(dice: random.Random, pk: str, opened: date) -> PledgeStory:
    days = Span(opened, opened + timedelta(days=dice.choice((60, 90, 120, 180, 365))))
    verified = set(_some_of(dice, OFFERED))
    if dice.random() < CHECKED:
        verified |= {"background_checked", "children_ok"}
    facts = PledgeFacts(
        id=pk,
        organisation="org_0",
        kind="housing",
        provider="person",
        status="active",
        vetted_until=None,
        confirm_by=date.max,
        units_total=_one_of(dice, {1: 78, 2: 16, 3: 6}),
        max_party=_one_of(dice, ROOM_FOR),
        availability=(days,),
        country=_one_of(dice, COUNTRIES),
        languages=tuple(dice.sample(("ru", "en", "uk"), dice.randrange(1, 4))),
        notice_days=_one_of(dice, {0: 40, 1: 30, 3: 20, 7: 10}),
        min_stay_days=_one_of(dice, {0: 60, 14: 25, 30: 15}) or None,
        max_stay_days=_one_of(dice, {0: 45, 30: 15, 60: 20, 90: 20}) or None,
        verified=frozenset(verified),
        refusals=frozenset(_some_of(dice, {"pets": 0.2, "children": 0.08})),
        tokens=frozenset({pk}),
        vetting_steps=dice.randrange(2, 7),
        kept=dice.randrange(4),
        broken=int(dice.random() < 0.1),
    )
    gone = opened + timedelta(days=7 + round(dice.expovariate(1 / PLEDGE_DAYS)))
    return PledgeStory(facts, opened, min(days.end, gone))


def _countries(dice: random.Random, count: int) -> tuple[str, ...]:
    left, found = dict(COUNTRIES), []
    for _ in range(count):
        found.append(_one_of(dice, left))
        del left[found[-1]]
    return tuple(found)
