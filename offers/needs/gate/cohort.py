"""Which of the waiting needs of one class appear together: all, the largest union that passes, or none."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_CASEWORKERS = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need that could appear: opaque words for itself, its household, its organisation and who wrote it."""

    need: str
    household: bytes
    organisation: str
    caseworker: str
    partner: bool  # written by a partner organisation, which therefore knows its own rows


def passes(rows: Sequence[Waiting], *, k: int, delta: int) -> bool:
    """Return whether these rows may stand on the board together (design 4-help.md, "Publication", line 4).

    At least max(k, delta) households, at least two caseworkers, and for each partner the households that are not its
    own number none or at least k: what is left after it crosses out its own rows still hides everyone in it.
    """
    owner = {row.household: row for row in rows}
    households = len(owner)
    if households < max(k, delta) or len({row.caseworker for row in rows}) < FEWEST_CASEWORKERS:
        return False
    own = Counter(row.organisation for row in owner.values() if row.partner)
    return all(households - count == 0 or households - count >= k for count in own.values())


def choose(waiting: Iterable[Waiting], *, live_households: Iterable[bytes], k: int, delta: int) -> list[Waiting]:
    """Return the cohort of one class: one row a household, none whose household is live in the class; maybe empty.

    The first row of a household counts, in the order given. If all of them together do not pass, the largest union of
    whole organisations that does is either one partner alone or nothing. Why: a union fails for too few households or
    caseworkers only if every smaller one does too; it fails for a partner only if the others are fewer than k, and then
    no union with that partner and any other passes, and none without it is large enough.
    """
    live = set(live_households)
    first: dict[bytes, Waiting] = {}
    for row in waiting:
        if row.household not in live:
            first.setdefault(row.household, row)
    rows = list(first.values())
    if passes(rows, k=k, delta=delta):
        return rows
    alone = [
        own
        for partner in sorted({row.organisation for row in rows if row.partner})
        if passes(own := [row for row in rows if row.organisation == partner], k=k, delta=delta)
    ]
    return max(alone, key=len, default=[])
