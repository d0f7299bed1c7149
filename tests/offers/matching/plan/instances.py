"""Random worlds of needs and pledges for the plan: small vocabularies, holds in the calendar, several kinds."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span
from offers.matching.plan.pairs import Instance, laid_out

TODAY = date(2026, 11, 22)
EXCLUSIVE = frozenset({"housing"})
URGENCIES = ("emergency", "urgent", "soon", "planned")
FEATURES = ("quiet", "step_free", "background_checked")
World = tuple[list[NeedFacts], list[PledgeFacts]]


def random_world(seed: int, *, largest: int, kinds: Sequence[str] = ("housing",)) -> World:
    """Up to `largest` needs and as many pledges."""
    draw = random.Random(seed)
    needs = [_need(draw, index, kinds) for index in range(draw.randint(1, largest))]
    return needs, [_pledge(draw, index, kinds) for index in range(draw.randint(1, largest))]


def with_pairs(least: int, *, largest: int, kinds: Sequence[str] = ("housing",)) -> Instance:
    """The first such world in which at least so many pairs fit."""
    for seed in range(200):
        needs, pledges = random_world(seed, largest=largest, kinds=kinds)
        found = laid_out(needs, pledges, today=TODAY)
        if len(found.pairs) >= least:
            return found
    raise AssertionError("no world has so many pairs")


def _need(draw: random.Random, index: int, kinds: Sequence[str]) -> NeedFacts:
    start = TODAY + timedelta(days=draw.randint(3, 20))
    size = draw.randint(1, 4)
    children = draw.randint(0, size - 1)
    kind = draw.choice(kinds)
    return NeedFacts(
        id=f"nd_{index:03}",
        organisation=draw.choice(["org_a", "org_b"]),
        kind=kind,
        units=1 if kind in EXCLUSIVE else size,
        urgency=draw.choice(URGENCIES),
        size=size,
        bands={"3-12": children, "18-59": size - children},
        window=Span(start, start + timedelta(days=draw.randint(1, 7))),
        stay_days=draw.randint(1, 40),
        countries=draw.choice([None, ("DE",), ("LT", "DE"), ("FR", "NL")]),
        languages=draw.choice([(), ("ru",), ("en", "ru"), ("ce",)]),
        waiting_since=TODAY - timedelta(days=draw.randint(0, 120)),
        countries_excluded=frozenset(draw.sample(["DE", "NL"], draw.randint(0, 1))),
        requires=frozenset(draw.sample(FEATURES[:2], draw.randint(0, 1))),
        exclusions=frozenset(draw.sample(["org_a", "pl_001", "community"], draw.randint(0, 1))),
        failed_with=frozenset(draw.sample(["pl_002", "pl_003"], draw.randint(0, 1))),
        consent=draw.random() < 0.95,
    )


def _pledge(draw: random.Random, index: int, kinds: Sequence[str]) -> PledgeFacts:
    kind = draw.choice(kinds)
    home = kind in EXCLUSIVE
    total = draw.randint(1, 3) if home else draw.randint(1, 12)
    start = TODAY + timedelta(days=draw.randint(0, 10))
    organisation = draw.choice(["org_a", "org_c"])
    return PledgeFacts(
        id=f"pl_{index:03}",
        organisation=organisation,
        kind=kind,
        provider=draw.choice(["person", "organisation"]),
        status=draw.choice(["active"] * 9 + ["paused"]),
        vetted_until=draw.choice([None, TODAY + timedelta(days=9), TODAY - timedelta(days=1)]),
        confirm_by=TODAY + timedelta(days=draw.randint(-1, 30)),
        units_total=total,
        max_party=draw.randint(1, 4) if home else 1,
        availability=(Span(start, start + timedelta(days=draw.randint(20, 120))),),
        country=draw.choice(["DE", "LT", "FR", "NL"]),
        languages=draw.choice([("ru",), ("en",), ("ru", "ce")]),
        notice_days=draw.randint(0, 5),
        min_stay_days=draw.choice([None, 0, 5]),
        max_stay_days=draw.choice([None, 30, 90]),
        service_area=frozenset(draw.sample(["DE", "FR"], draw.randint(0, 1))),
        remote=draw.random() < 0.1,
        verified=frozenset(draw.sample(FEATURES, draw.randint(1, 3))),
        refusals=frozenset(draw.choice([(), (), (), ("children",), ("group",)])),
        tokens=frozenset({f"pl_{index:03}", organisation}),
        held=tuple(_holds(draw, total)),
        vetting_steps=draw.randint(0, 6),
        kept=draw.randint(0, 4),
        broken=draw.randint(0, 2),
    )


def _holds(draw: random.Random, units: int) -> list[HeldUnit]:
    held = []
    for unit in range(1, units + 1):
        if draw.random() < 0.3:
            first = TODAY + timedelta(days=draw.randint(0, 60))
            held.append(HeldUnit(unit, Span(first, first + timedelta(days=draw.randint(1, 30)))))
    return held


def families(seed: int, *, count: int, places: int, share: float) -> World:
    """The shape of a resettlement agency's week: families of 1 to 9 persons, and room for a `share` of all persons."""
    draw = random.Random(seed)
    sizes = draw.choices(range(1, 10), [30, 17, 14, 13, 10, 7, 4, 3, 2], k=count)
    tongues = ["ru", "en", "ar", "fr", "so"]
    needs = [
        NeedFacts(
            id=f"nd_{index:03}",
            organisation="org_a",
            kind="resettlement_place",
            units=size,
            urgency=draw.choice(URGENCIES),
            size=size,
            bands={"18-59": size},
            window=Span(TODAY + timedelta(days=20), TODAY + timedelta(days=27)),
            stay_days=200,
            countries=None,
            languages=tuple(draw.sample(tongues, draw.randint(0, 2))),
            waiting_since=TODAY - timedelta(days=draw.randint(0, 120)),
        )
        for index, size in enumerate(sizes)
    ]
    parts = [0.2 + draw.random() for _ in range(places)]
    pledges = [
        PledgeFacts(
            id=f"pl_{index:03}",
            organisation="org_b",
            kind="resettlement_place",
            provider="organisation",
            status="active",
            vetted_until=None,
            confirm_by=TODAY,
            units_total=max(9, round(share * sum(sizes) * part / sum(parts))),
            max_party=1,
            availability=(Span(TODAY, TODAY + timedelta(days=900)),),
            country="DE",
            languages=tuple(draw.sample(tongues, 3)),
            tokens=frozenset({f"pl_{index:03}"}),
        )
        for index, part in enumerate(parts)
    ]
    return needs, pledges
