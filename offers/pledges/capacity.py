"""How many units of an offer are free: one count for its calendar, for the console and for matching.

Plain Python. Days are half-open: a span ends on the day on which it is over.
"""

from collections.abc import Iterable
from datetime import date

Held = tuple[int, tuple[date, date]]  # the number of a unit, and the days for which a live match holds it


def busy_units(held: Iterable[Held], start: date, end: date) -> set[int]:
    """Return the numbers of the units that are held on some day from `start` to the one before `end`.

    A household stays in one unit, so a unit that is held on any day is not free for the span.
    """
    return {unit for unit, (first, last) in held if first < end and start < last}


def free_units(total: int, held: Iterable[Held], start: date, end: date) -> int:
    """Return how many of `total` units nobody holds on any day of the span; for one day, give the day after as end."""
    return total - len(busy_units(held, start, end))
