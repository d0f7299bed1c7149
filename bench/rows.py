"""A figure: ours, the peer's from the same run, and what it should be."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `unit` is of `ours` and `peer` alike; `met` says whether the goal was reached here."""

    what: str
    rows: int
    ours: float
    unit: str
    goal: str
    met: bool
    peer: float | None = None
    peer_is: str = ""

    @property
    def ratio(self) -> float | None:
        """How much of the peer's figure ours is."""
        return None if not self.peer else self.ours / self.peer


def seconds(do: Callable[[], object]) -> float:
    """Return how long a call took, by the clock on the wall."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def in_turns(rounds: int, *calls: Callable[[], float]) -> list[float]:
    """Return the median of each call's figures, taken in turns so that a slow minute is slow for all of them."""
    figures = [[call() for call in calls] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*figures, strict=True)]
