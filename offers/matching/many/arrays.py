"""Columns of numbers, and the few things done to them everywhere."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Bits = np.ndarray[Any, np.dtype[np.uint64]]

T = TypeVar("T", bound=Hashable)


def column(values: Iterable[int]) -> Numbers:
    """Return whole numbers as a column."""
    return np.fromiter(values, dtype=np.int64)


def coded(values: Iterable[T]) -> tuple[list[T], Numbers]:
    """Return each value once, in the order in which they come, and for every value its place in that list."""
    seen: dict[T, int] = {}
    places = column(seen.setdefault(value, len(seen)) for value in values)
    return list(seen), places


def spread(starts: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Return the entries of each of `rows`, those of row r from `starts[r]` to before `starts[r + 1]`.

    Two columns of one length: the place in `rows`, which rises, and the entry.
    """
    counts = starts[rows + 1] - starts[rows]
    owners = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    before = np.cumsum(counts) - counts
    entries = np.arange(len(owners), dtype=np.int64) + np.repeat(starts[rows] - before, counts)
    return owners, entries


def starts_of(lengths: Numbers | Iterable[int]) -> Numbers:
    """Return where the entries of each row begin, and at last where they end, by the number of entries."""
    counts = lengths if isinstance(lengths, np.ndarray) else column(lengths)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])


def padded(rows: Iterable[Iterable[int]], *, filler: int) -> Numbers:
    """Return rows of numbers as a table, one column at least; what a row lacks is `filler`."""
    listed = [list(row) for row in rows]
    width = max((len(row) for row in listed), default=0) or 1
    return np.array([row + [filler] * (width - len(row)) for row in listed], dtype=np.int64).reshape(-1, width)
