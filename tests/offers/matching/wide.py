"""Worlds of a few needs and pledges that leave no fact as it usually is: every rule fails, and passes, somewhere."""

import random
from datetime import date, timedelta

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span

TODAY = date(2026, 11, 22)
COUNTRIES = ("DE", "FR", "LT", "NL")
LANGUAGES = ("ru", "en", "en-GB", "de", "ce", "sr-Latn-RS")
FEATURES = ("step_free", "pets_ok", "women_only", "background_checked", "licensed", "quiet")
WORDS = ("org_a", "org_b", "community", "pl_0", "pl_1", "pl_2", "nobody")
TRAITS = ("children", "pets", "single", "group", "band:60+", "step_free", "long_stay")
BANDS = ("0-2", "3-12", "13-17", "18-59", "60+")
World = tuple[list[NeedFacts], list[PledgeFacts]]


def wide_world(seed: int) -> World:
    """Up to six of each. Some facts are drawn so that they fit more often than not: the last rules want to be met."""
    draw = random.Random(seed)
    needs = [_need(draw, index) for index in range(draw.randint(1, 6))]
    return needs, [_pledge(draw, index) for index in range(draw.randint(0, 6))]


def _some(draw: random.Random, words: tuple[str, ...], most: int, *, least: int = 0) -> frozenset[str]:
    return frozenset(draw.sample(words, draw.randint(least, most)))


def _listed(draw: random.Random, words: tuple[str, ...], *, least: int = 0) -> tuple[str, ...]:
    return tuple(draw.sample(words, draw.randint(least, len(words))))


def _span(draw: random.Random, *, soonest: int, latest: int, longest: int) -> Span:
    start = TODAY + timedelta(days=draw.randint(soonest, latest))
    return Span(start, start + timedelta(days=draw.randint(1, longest)))


def _need(draw: random.Random, index: int) -> NeedFacts:
    bands = {band: draw.choice([0, 0, 1, 2]) for band in BANDS}
    bands["18-59"] += not any(bands.values())
    return NeedFacts(
        id=f"nd_{index}",
        organisation="org_a",
        kind=draw.choice(["housing", "housing", "housing", "legal", "food"]),
        units=draw.choice([1, 1, 1, 2, 3]),
        urgency="soon",
        size=sum(bands.values()),
        bands=bands,
        window=_span(draw, soonest=-1, latest=40, longest=14),
        stay_days=draw.choice([1, 7, 30, 31, 60]),
        countries=None if draw.random() < 0.3 else _listed(draw, COUNTRIES, least=1),
        languages=_listed(draw, LANGUAGES),
        waiting_since=TODAY - timedelta(days=draw.randint(-2, 120)),
        countries_excluded=_some(draw, COUNTRIES, 1),
        requires=_some(draw, FEATURES, 1),
        prefers=_some(draw, FEATURES, 3),
        exclusions=_some(draw, WORDS, 1),
        failed_with=_some(draw, WORDS, 1),
        consent=draw.random() < 0.8,
    )


def _pledge(draw: random.Random, index: int) -> PledgeFacts:
    total = draw.randint(1, 4)
    held = [
        HeldUnit(unit, _span(draw, soonest=-20, latest=90, longest=40))
        for unit in range(1, total + 1)
        for _ in range(draw.choice([0, 0, 1, 2]))
    ]
    draw.shuffle(held)
    return PledgeFacts(
        id=f"pl_{index}",
        organisation=draw.choice(["org_a", "org_b"]),
        kind=draw.choice(["housing", "housing", "housing", "legal"]),
        provider=draw.choice(["person", "organisation"]),
        status=draw.choice(["active"] * 5 + ["paused"]),
        vetted_until=draw.choice([None, None, TODAY, TODAY - timedelta(days=1)]),
        confirm_by=draw.choice([TODAY, TODAY, TODAY + timedelta(days=9), None, TODAY - timedelta(days=1)]),
        units_total=total,
        max_party=draw.choice([1, 3, 6, 12]),
        availability=tuple(
            _span(draw, soonest=-30, latest=20, longest=200) for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))
        ),
        country=draw.choice(COUNTRIES),
        languages=_listed(draw, LANGUAGES),
        notice_days=draw.choice([0, 0, 0, 3, 9]),
        min_stay_days=draw.choice([None, 0, 7]),
        max_stay_days=draw.choice([None, 30, 90]),
        service_area=_some(draw, COUNTRIES, 2),
        remote=draw.random() < 0.2,
        verified=_some(draw, FEATURES, len(FEATURES)),
        refusals=_some(draw, TRAITS, 1),
        preferences=_some(draw, TRAITS + FEATURES, 3),
        tokens=_some(draw, WORDS, 2) | {f"pl_{index}"},
        held=tuple(held),
        vetting_steps=draw.randint(0, 9),
        kept=draw.randint(0, 9),
        broken=draw.randint(0, 9),
    )
