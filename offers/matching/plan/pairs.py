"""Every pair of need and pledge that passes the hard rules, with its score and the lots it may take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.many.asked import Asked
from offers.matching.many.shelf import Shelf
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.laying import pairs_of
from offers.matching.plan.lots import Lot, lots_of
from offers.matching.rules import ask, feasible
from offers.matching.score import score

__all__ = ["Instance", "Pair", "Pairs", "laid_out", "laid_out_singly", "silent"]


@dataclass(frozen=True, slots=True)
class Instance:
    """What a plan is made of: needs and pledges in the order of their ids, lots, and the pairs that fit."""

    needs: tuple[NeedFacts, ...]
    pledges: tuple[PledgeFacts, ...]
    today: date
    lots: tuple[Lot, ...] = ()
    pairs: Pairs = field(default_factory=Pairs.none)
    lots_at: tuple[tuple[int, ...], ...] = field(default=())  # by pledge
    asked: Asked | None = field(default=None, compare=False)  # the columns of both, where they were made already

    @property
    def columns(self) -> Asked:
        """The columns of needs and pledges."""
        return self.asked or Asked(self.needs, Shelf(self.pledges), today=self.today)


def silent(_share: float) -> None:
    """Tell nobody how far it is."""


def laid_out(
    needs: Sequence[NeedFacts],
    pledges: Sequence[PledgeFacts],
    *,
    today: date,
    told: Callable[[float], None] = silent,
) -> Instance:
    """Return the instance of these needs and pledges; `told` hears how far it is."""
    instance = _without_pairs(needs, pledges, today)
    asked = instance.columns
    return replace(instance, pairs=pairs_of(asked, instance.lots, told=told), asked=asked)


def laid_out_singly(
    needs: Sequence[NeedFacts],
    pledges: Sequence[PledgeFacts],
    *,
    today: date,
    told: Callable[[float], None] = silent,
) -> Instance:
    """Return the same instance by asking about every single pair: slow, and what a proof is checked against."""
    instance = _without_pairs(needs, pledges, today)
    pairs: list[Pair] = []
    for index, need in enumerate(instance.needs):
        if index % 100 == 0:
            told(index / len(instance.needs))
        for row, pledge in enumerate(instance.pledges):
            question = ask(need, pledge, today=today)
            if feasible(question):
                free = (lot for lot in instance.lots_at[row] if instance.lots[lot].free(need.hold))
                pairs.append(Pair(index, row, score(question), tuple(free)))
    return replace(instance, pairs=Pairs.of(pairs))


def _without_pairs(needs: Sequence[NeedFacts], pledges: Sequence[PledgeFacts], today: date) -> Instance:
    ours = tuple(sorted(needs, key=lambda need: need.id))
    theirs = tuple(sorted(pledges, key=lambda pledge: pledge.id))
    lots: list[Lot] = []
    lots_at: list[tuple[int, ...]] = []
    for index, pledge in enumerate(theirs):
        own = lots_of(index, pledge)
        lots_at.append(tuple(range(len(lots), len(lots) + len(own))))
        lots += own
    return Instance(ours, theirs, today, tuple(lots), lots_at=tuple(lots_at))
