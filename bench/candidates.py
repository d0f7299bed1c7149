"""The candidates of a need among 10,000, 100,000 and (with BENCH_LARGE=1) 1,000,000 pledges, on PostgreSQL.

Beside one statement written by hand, which gives a page of cards with scores, and a Python loop that asks the rules of
every pledge of the kind. Both have to find the same page. Ours reads the need, asks the rules and says the reasons too.
"""

import os
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.by_hand import PAGE, asked
from bench.databases import analysed
from bench.needs import organisations
from bench.pledges import holds, pledges
from bench.rows import Row, in_turns, seconds
from kernel.accounts.models import Organisation
from offers.kinds.vocabulary import BANDS
from offers.matching.rank import Rank
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, feasible
from offers.matching.score import score
from offers.matching.search import candidates
from offers.matching.size import estimated
from offers.matching.why import why_nobody_else
from offers.models import Need, Pledge

AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
TODAY = AT.date()
SIZES = (10_000, 100_000, 1_000_000) if os.environ.get("BENCH_LARGE") else (10_000, 100_000)
ROUNDS = 5
MOST = 3.0  # seconds that a person waits for the reasons
COUNTRIES: dict[str, list[str] | None] = {"1 country": ["DE"], "3 countries": ["NL", "DE", "CA"], "any country": None}
WISHES: tuple[list[str], ...] = ([], ["quiet", "step_free"], ["quiet", "step_free", "pets_ok", "lockable_room"])


def _needs(owner: Organisation, countries: list[str] | None, wishes: list[str]) -> list[Need]:
    """Return needs of parties of one, two and three persons."""
    return [
        Need.objects.create(
            organisation=owner, caseworker_ref="user:1", case_ref_sealed=b"", household=bytes(32), kind="housing",
            status="open", urgency="soon", party_size=size, bands={**dict.fromkeys(BANDS, 0), "18-59": size},
            window_from=TODAY + timedelta(days=20), window_until=TODAY + timedelta(days=27), stay_days=stay,
            countries=countries, languages=languages, prefers=wishes, opened_at=AT - timedelta(days=40),
            consent={"given": True, "on": str(TODAY), "for": ["matching"]}, expires_at=AT + timedelta(days=90),
            created_at=AT, updated_at=AT,
        )
        for size, stay, languages in ((1, 30, ["ru"]), (2, 60, ["ru", "en"]), (3, 30, ["ka", "en"]))
    ]  # fmt: skip


def _ours(need: Need) -> list[tuple[str, int]]:
    found = candidates(need=need, today=TODAY, limit=PAGE)
    return [(one.pledge.pk, one.score) for one in found.candidates]


def _loop(need: Need) -> list[tuple[str, int]]:
    facts = need_facts(need)
    every = pledges_facts(Pledge.objects.active(TODAY).filter(kind=need.kind))
    questions = (ask(facts, one, today=TODAY) for one in every)
    ranked = sorted((Rank.of(facts, q.pledge.id, points := score(q)), points) for q in questions if feasible(q))
    return [(rank.turn[1:], points) for rank, points in ranked[:PAGE]]


def _must_agree(ours: list[tuple[str, int]], peer: list[tuple[str, int]]) -> None:
    if ours != peer:
        raise AssertionError("Ours and its peer find different pages.")


def _turns(needs: list[Need]) -> tuple[float, float]:
    """Return the milliseconds of ours and of the statement, the mean over the needs of each one's median."""
    figures = [
        in_turns(
            ROUNDS,
            lambda need=need: seconds(lambda: _ours(need)),  # type: ignore[misc]
            lambda need=need: seconds(lambda: asked(need, TODAY)),  # type: ignore[misc]
        )
        for need in needs
    ]
    ours, peer = zip(*figures, strict=True)
    return statistics.mean(ours) * 1000, statistics.mean(peer) * 1000


def measure() -> Iterator[Row]:
    """Measure every size in turn; the rows of the one before stay."""
    operator, owner = organisations(1)
    needs = {
        (place, len(wishes)): _needs(operator, codes, wishes) for place, codes in COUNTRIES.items() for wishes in WISHES
    }
    there = 0
    took: dict[tuple[str, int, int], tuple[float, float]] = {}
    for size in SIZES:
        pledges(size - there, owner, today=TODAY)
        there = size
        if size == SIZES[0]:
            holds(needs["any country", 0][0], today=TODAY)
        analysed()
        estimated.cache_clear()
        for (place, wishes), some in needs.items():
            for need in some:
                _must_agree(_ours(need), asked(need, TODAY))
            ours, peer = took[place, wishes, size] = _turns(some)
            what = f"candidates, {place}, {wishes} wishes"
            yield Row(what, size, ours, "ms", "≤ 1.5 ×", ours <= 1.5 * peer, peer, "SQL by hand")
        yield from _beside_the_loop(needs["any country", 2][1], size)
        yield _counted(needs["any country", 2][1], operator, size)
    for place, wishes in needs:
        goal = 3 if wishes <= 2 else 5
        small, large = (took[place, wishes, size][0] for size in (SIZES[0], SIZES[-1]))
        what = f"candidates, {place}, {wishes} wishes: growth"
        yield Row(what, SIZES[-1], large, "ms", f"≤ {goal} ×", large <= goal * small, small, f"{SIZES[0]:,} rows")


def _beside_the_loop(need: Need, size: int) -> Iterator[Row]:
    _must_agree(_ours(need), _loop(need))
    ours, loop = in_turns(1, lambda: seconds(lambda: _ours(need)), lambda: seconds(lambda: _loop(need)))
    yield Row(
        "candidates, any country", size, ours * 1000, "ms", "≤ 1/50", ours * 50 <= loop, loop * 1000, "Python loop"
    )


def _counted(need: Need, operator: Organisation, size: int) -> Row:
    def count() -> Any:
        return why_nobody_else(need=need, organisation=operator, today=TODAY)

    took = seconds(count)
    return Row("why nobody else, and unlocks", size, took, "s", "≤ 3 s at 100,000", size > 100_000 or took <= MOST)
