"""Every pair of need and pledge that passes the hard rules, with its score and the lots it may take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.lots import Lot, lots_of
from offers.matching.plan.shelves import shelves
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


def silent(_share: float) -> None:
    """Tell nobody how far it is."""


def laid_out(
    needs: Sequence[NeedFacts],
    pledges: Sequence[PledgeFacts],
    *,
    today: date,
    told: Callable[[float], None] = silent,
) -> Instance:
    """Return the instance of these needs and pledges; `told` hears the share of the needs that were asked about."""
    return _with_pairs(tuple(needs), tuple(pledges), today, _asked_in_bulk, told)


def laid_out_singly(
    needs: Sequence[NeedFacts],
    pledges: Sequence[PledgeFacts],
    *,
    today: date,
    told: Callable[[float], None] = silent,
) -> Instance:
    """Return the same instance by asking about every single pair: slow, and what a proof is checked against."""
    return _with_pairs(tuple(needs), tuple(pledges), today, _asked_singly, told)


Asking = Callable[[tuple[NeedFacts, ...], tuple[PledgeFacts, ...], date], Callable[[NeedFacts], Sequence[int]]]


def _with_pairs(
    needs: tuple[NeedFacts, ...],
    pledges: tuple[PledgeFacts, ...],
    today: date,
    asking: Asking,
    told: Callable[[float], None],
) -> Instance:
    needs = tuple(sorted(needs, key=lambda need: need.id))
    pledges = tuple(sorted(pledges, key=lambda pledge: pledge.id))
    lots: list[Lot] = []
    lots_at: list[tuple[int, ...]] = []
    for index, pledge in enumerate(pledges):
        own = lots_of(index, pledge)
        lots_at.append(tuple(range(len(lots), len(lots) + len(own))))
        lots += own
    pairs: list[Pair] = []
    worth_asking = asking(needs, pledges, today)
    for index, need in enumerate(needs):
        if index % 100 == 0:
            told(index / len(needs))
        hold = need.hold
        for row in worth_asking(need):
            question = ask(need, pledges[row], today=today)
            if feasible(question):
                free = tuple(lot for lot in lots_at[row] if lots[lot].free(hold))
                pairs.append(Pair(index, row, score(question), free))
    return Instance(needs, pledges, today, tuple(lots), Pairs.of(pairs), tuple(lots_at))


def _asked_in_bulk(
    needs: tuple[NeedFacts, ...], pledges: tuple[PledgeFacts, ...], today: date
) -> Callable[[NeedFacts], Sequence[int]]:
    found = shelves(needs, pledges, today=today)

    def worth_asking(need: NeedFacts) -> Sequence[int]:
        shelf = found.get(need.kind)
        return shelf.worth_asking(need, today=today).tolist() if shelf and need.consent else ()

    return worth_asking


def _asked_singly(
    needs: tuple[NeedFacts, ...], pledges: tuple[PledgeFacts, ...], today: date
) -> Callable[[NeedFacts], Sequence[int]]:
    everyone = range(len(pledges))
    return lambda _need: everyone
