"""Which of the waiting needs of one class appear together: all, the largest union that passes, or none."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

FEWEST_CASEWORKERS = 2
PASSES = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A need that could appear: opaque words for itself, its household, its organisation and who wrote it."""

    need: str
    household: bytes
    organisation: str
    caseworker: str
    partner: bool  # written by a partner organisation, which therefore knows its own rows


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one class came to at one slot: its rows, none unless `why` is empty, and how many households waited."""

    k: int
    households: int
    why: str = PASSES
    rows: list[Waiting] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows counted: how many distinct caseworkers, households in all, and households of each partner."""

    caseworkers: int
    households: int
    of_partners: tuple[int, ...]

    def in_the_way(self, *, k: int, delta: int) -> str:
        """Return why such rows may not stand on the board together, as a code, or PASSES (line 4 of the design).

        At least max(k, delta) households (`too_few_households`), at least two caseworkers (`one_caseworker`), and for
        each partner the households that are not its own number none or at least k (`beside_a_partner`): what is left
        after it crosses out its own rows still hides everyone in it.
        """
        if self.households < max(k, delta):
            return "too_few_households"
        if self.caseworkers < FEWEST_CASEWORKERS:
            return "one_caseworker"
        if any(0 < self.households - own < k for own in self.of_partners):
            return "beside_a_partner"
        return PASSES


def tally(rows: Collection[Waiting]) -> Tally:
    """Count rows; a household counts once, for the organisation that wrote it."""
    owner = {row.household: row for row in rows}
    own = Counter(row.organisation for row in owner.values() if row.partner)
    return Tally(len({row.caseworker for row in rows}), len(owner), tuple(own.values()))


def in_the_way(rows: Collection[Waiting], *, k: int, delta: int) -> str:
    """Return why these rows may not stand on the board together, as a code, or PASSES."""
    return tally(rows).in_the_way(k=k, delta=delta)


def passes(rows: Collection[Waiting], *, k: int, delta: int) -> bool:
    """Return whether these rows may stand on the board together."""
    return in_the_way(rows, k=k, delta=delta) == PASSES


def judge(waiting: Iterable[Waiting], *, live_households: Iterable[bytes], k: int, delta: int) -> Verdict:
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
    rows: Sequence[Waiting] = list(first.values())
    why = in_the_way(rows, k=k, delta=delta)
    if why == PASSES:
        return Verdict(k, len(rows), PASSES, list(rows))
    alone = [
        own
        for partner in sorted({row.organisation for row in rows if row.partner})
        if passes(own := [row for row in rows if row.organisation == partner], k=k, delta=delta)
    ]
    chosen = max(alone, key=len, default=[])
    return Verdict(k, len(rows), PASSES if chosen else why, chosen)
