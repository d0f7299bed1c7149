"""Asking anew what a plan was made from: every pair by the single rules where that can be done, else what matters most.

The vectorised rules found the pairs. Where they are too many to ask each of them singly, every pair that was found is
asked again, with its score and its lots, and of those that were refused a sample: half of it of needs that were left
without, since a pair that was overlooked there is one that a better plan would hold. It is drawn anew each time.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.plan.pairs import Instance, Pair, laid_out, laid_out_singly, silent
from offers.matching.rules import ask, feasible
from offers.matching.score import score

MOST_SINGLY = 1_000_000  # pairs of which each is asked: seconds, not minutes
SAMPLE = 100_000  # of the others


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """The instance; how many pairs were asked by the single rules, of how many; and how many answers differed."""

    instance: Instance
    singly: int
    of: int
    differing: int = 0


def asked_again(
    needs: Sequence[NeedFacts],
    pledges: Sequence[PledgeFacts],
    *,
    today: date,
    placed: frozenset[str],
    told: Callable[[float], None] = silent,
) -> AskedAgain:
    """Return the instance of these needs and pledges. `placed`: the needs that the plan places, by id."""
    every = len(needs) * len(pledges)
    if every <= MOST_SINGLY:
        return AskedAgain(laid_out_singly(needs, pledges, today=today, told=told), every, every)
    found = laid_out(needs, pledges, today=today)
    differing = 0
    for number, pair in enumerate(found.pairs):
        if number % 1000 == 0:
            told(number / len(found.pairs))
        differing += not _as_found(found, pair)
    drawn = _drawn(found, placed)
    known = found.pairs.at(*(np.array(column, dtype=np.int64) for column in zip(*drawn, strict=True)))
    for (need, pledge), place in zip(drawn, known.tolist(), strict=True):
        if place < 0:
            differing += feasible(ask(found.needs[need], found.pledges[pledge], today=today))
    return AskedAgain(found, len(found.pairs) + int((known < 0).sum()), every, differing)


def _as_found(found: Instance, pair: Pair) -> bool:
    need, pledge = found.needs[pair.need], found.pledges[pair.pledge]
    question = ask(need, pledge, today=found.today)
    free = tuple(lot for lot in found.lots_at[pair.pledge] if found.lots[lot].free(need.hold))
    return feasible(question) and score(question) == pair.score and free == pair.lots


def _drawn(found: Instance, placed: frozenset[str]) -> list[tuple[int, int]]:
    """Return pairs of indexes, by chance."""
    everyone = range(len(found.needs))
    without = [index for index, need in enumerate(found.needs) if need.id not in placed] or everyone
    draw = random.Random()  # noqa: S311 - a sample, no secret
    return [
        (draw.choice(some), draw.randrange(len(found.pledges)))
        for some in (everyone, without)
        for _ in range(SAMPLE // 2)
    ]
