"""The invariant over all history: what somebody who kept every release can tell apart still hides everyone in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from offers.needs.gate.cohort import Waiting, passes


@dataclass(frozen=True, slots=True)
class Seen:
    """A published row, and the numbers of the slots at which it stood on the board."""

    class_key: str
    slots: frozenset[int]
    row: Waiting


def atoms(history: Iterable[Seen]) -> Mapping[tuple[str, frozenset[int]], list[Waiting]]:
    """Group rows by class and by the exact set of releases they were seen in: nothing finer can be told apart."""
    found: dict[tuple[str, frozenset[int]], list[Waiting]] = defaultdict(list)
    for seen in history:
        found[seen.class_key, seen.slots].append(seen.row)
    return found


def broken_atoms(history: Iterable[Seen], *, k: Mapping[str, int], delta: int) -> list[tuple[str, frozenset[int]]]:
    """Return the atoms that would give somebody away; an honest gate leaves none."""
    return [
        (class_key, slots)
        for (class_key, slots), rows in atoms(history).items()
        if not passes(rows, k=k[class_key], delta=delta)
    ]
