"""The invariant over all history: what somebody who kept every release can tell apart still hides everyone in it.

An atom is a set of rows of one class that were seen in exactly the same releases. Any class, difference, union or
intersection of releases is a union of atoms. Atoms that pass make unions that pass: every part leaves none or k beside
each partner's own rows, so the whole does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from offers.needs.gate.cohort import Waiting, passes

Atom = tuple[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of one class that stood on the board in the same releases, and the k and delta they were promised."""

    class_key: str
    slots: frozenset[int]
    k: int
    rows: Sequence[Waiting]
    delta: int = 0


def seen_from(first: int, until: int) -> frozenset[int]:
    """Return the slots at which a cohort was seen: the first one even if the board was cleared within it."""
    return frozenset(range(first, max(until, first + 1)))


def atoms(history: Iterable[Shown]) -> Mapping[Atom, list[Waiting]]:
    """Group rows by class and by the exact set of releases they were seen in: nothing finer can be told apart."""
    found: dict[Atom, list[Waiting]] = defaultdict(list)
    for shown in history:
        found[shown.class_key, shown.slots].extend(shown.rows)
    return found


def broken_atoms(history: Iterable[Shown]) -> list[Atom]:
    """Return the atoms that would give somebody away; an honest gate leaves none."""
    kept = list(history)
    promised: dict[Atom, tuple[int, int]] = {}
    for shown in kept:
        atom = shown.class_key, shown.slots
        k, delta = promised.get(atom, (0, 0))
        promised[atom] = max(k, shown.k), max(delta, shown.delta)
    return [
        atom for atom, rows in atoms(kept).items() if not passes(rows, k=promised[atom][0], delta=promised[atom][1])
    ]
