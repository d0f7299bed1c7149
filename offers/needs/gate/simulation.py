"""Synthetic streams of needs, seeded, through the gate: what the rules cost, and whether anybody can be told apart.

Nobody real is behind a stream. Its shape (who asks for what, how soon a need closes) is stated in `Stream`; a need
closes after an exponential time of 16 weeks on average, so that about one in ten is met before its delay is over.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TypeVar

from offers.needs.gate.cohort import Waiting
from offers.needs.gate.memory import MemoryBoard
from offers.needs.gate.policy import PARTY_BANDS, SEVERAL, Facts, ReleasePolicy

DAYS = 7
SOON_ENOUGH_WEEKS = 6
T = TypeVar("T")
Bend = Callable[[Waiting], Waiting]


@dataclass(frozen=True, slots=True)
class Stream:
    """Who asks, how often, for what. Weights need not add up to anything."""

    households_a_week: int
    weeks: int = 104
    seed: int = 1
    organisations: Mapping[str, int] = field(default_factory=lambda: {"operator": 6, "p1": 2, "p2": 1, "p3": 1})
    caseworkers: int = 4  # of each organisation
    needs_a_household: Mapping[int, int] = field(default_factory=lambda: {1: 5, 2: 3, 3: 2})
    kinds: Mapping[str, int] = field(
        default_factory=lambda: {
            "housing": 25, "resettlement_place": 3, "medical": 8, "psychological": 12, "legal": 12, "documents": 8,
            "interpretation": 8, "transport": 8, "food": 8, "employment": 4, "goods": 4,
        }
    )  # fmt: skip
    urgencies: Mapping[str, int] = field(
        default_factory=lambda: {"emergency": 10, "urgent": 30, "soon": 40, "planned": 20}
    )
    with_minors: float = 0.15  # of households
    alone: float = 0.6
    open_for_weeks: float = 16  # on average
    delay_days: tuple[int, int] = (3, 14)
    planted_a_week: int = 0  # needs that the partner p1 makes up, each of a household of its own
    bend: Bend = lambda row: row  # an ablation: what the rules are told of a row instead of the truth


@dataclass(slots=True)
class Asked:
    """A need of the stream: since which day it is open and until when; when it may appear, and when it first did."""

    row: Waiting
    facts: Facts
    opened: float
    closes: float
    ready: float
    planted: bool = False
    appeared: float | None = None
    off_board: int = 0  # the slot its cohort ends


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a stream came to, over its non-emergency adult needs: shares of 1, weeks from opening to the board."""

    households_a_week: int
    needs: int
    within_six_weeks: float
    median_weeks: float
    lines: int
    broken: int


def simulate(stream: Stream, policy: ReleasePolicy) -> Outcome:
    """Run a stream through the gate, week by week, asserting the invariant after every slot."""
    dice = random.Random(stream.seed)  # noqa: S311 - a story, not a secret
    board = MemoryBoard(policy, new_id=lambda: f"{dice.getrandbits(128):032x}")
    asked: list[Asked] = []
    broken = 0
    for week in range(stream.weeks):
        asked += _week(stream, dice, week, len(asked))
        broken += len(_slot(stream, dice, board, asked, week + 1))
    return _outcome(stream, board, asked, broken)


def _slot(stream: Stream, dice: random.Random, board: MemoryBoard, asked: list[Asked], slot: int) -> list[object]:
    now = float(slot * DAYS)
    for one in asked:
        if one.off_board == slot:  # its cohort has left: it waits anew
            one.ready = now + _delay(stream, dice)
    ready = {one.row.need: one for one in asked if one.off_board <= slot and one.ready <= now < one.closes}
    order = sorted(ready, key=lambda _: dice.random())
    verdicts = board.decide(slot, ((stream.bend(ready[need].row), ready[need].facts) for need in order))
    for verdict in verdicts.values():
        for row in verdict.rows:
            one = ready[row.need]
            one.appeared = now if one.appeared is None else one.appeared
            one.off_board = slot + board.policy.life
    return list(board.broken())


def _week(stream: Stream, dice: random.Random, week: int, first: int) -> Iterable[Asked]:
    number = first
    for _household in range(_poisson(dice, stream.households_a_week)):
        organisation = _one_of(dice, stream.organisations)
        home = f"{organisation}:{number}".encode()
        minors = int(dice.random() < stream.with_minors)
        party = PARTY_BANDS[bool(minors) or dice.random() > stream.alone]
        for kind in _kinds(dice, stream):
            urgency = _one_of(dice, stream.urgencies)
            facts = Facts(kind, urgency, minors, SEVERAL, SEVERAL, party)
            yield _asked(stream, dice, f"nd{number}", home, organisation, facts, week)
            number += 1
    for _plant in range(stream.planted_a_week):
        facts = Facts(_one_of(dice, stream.kinds), "soon", 0, SEVERAL, SEVERAL, PARTY_BANDS[0])
        one = _asked(stream, dice, f"nd{number}", f"plant:{number}".encode(), "p1", facts, week)
        yield replace(one, planted=True, closes=float("inf"))
        number += 1


def _asked(
    stream: Stream, dice: random.Random, need: str, home: bytes, organisation: str, facts: Facts, week: int
) -> Asked:
    opened = (week + dice.random()) * DAYS
    row = Waiting(
        need, home, organisation, f"{organisation}-{dice.randrange(stream.caseworkers)}", organisation != "operator"
    )
    closes = opened + dice.expovariate(1 / (stream.open_for_weeks * DAYS))
    return Asked(row, facts, opened, closes, ready=opened + _delay(stream, dice))


def _delay(stream: Stream, dice: random.Random) -> float:
    return dice.uniform(*stream.delay_days)


def _kinds(dice: random.Random, stream: Stream) -> list[str]:
    left = dict(stream.kinds)
    found = []
    for _ in range(_one_of(dice, stream.needs_a_household)):
        found.append(_one_of(dice, left))
        del left[found[-1]]
    return found


def _one_of(dice: random.Random, weights: Mapping[T, int]) -> T:
    return dice.choices(list(weights), list(weights.values()))[0]


def _poisson(dice: random.Random, mean: float) -> int:
    """Draw how many came in a week, by counting exponential gaps."""
    count, time = -1, 0.0
    while time < 1:
        time += dice.expovariate(mean)
        count += 1
    return count


def _outcome(stream: Stream, board: MemoryBoard, asked: list[Asked], broken: int) -> Outcome:
    last = (stream.weeks - SOON_ENOUGH_WEEKS) * DAYS
    counted = [
        one
        for one in asked
        if one.facts.urgency != "emergency" and not one.facts.minors and not one.planted and one.opened < last
    ]
    waits = [(one.appeared - one.opened) / DAYS for one in counted if one.appeared is not None]
    return Outcome(
        households_a_week=stream.households_a_week,
        needs=len(counted),
        within_six_weeks=sum(wait <= SOON_ENOUGH_WEEKS for wait in waits) / max(len(counted), 1),
        median_weeks=median(waits) if waits else float("inf"),
        lines=sum(len(one.rows) for one in board.history),
        broken=broken,
    )
