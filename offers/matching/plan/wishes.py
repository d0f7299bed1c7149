"""What was wished of a plan beforehand: pairs that must not be in it, and pairs that must.

A wish changes which pairs there are, and nothing else: what plans and what proves need not know of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from offers.matching.plan.lots import Lot
from offers.matching.plan.pairs import Instance, Pair, Pairs

Named = tuple[str, str]  # the ids of a need and of a pledge


@dataclass(frozen=True, slots=True)
class Wishes:
    """Pairs that must not be, and pairs that must be, by the ids of need and pledge; a need is forced once at most."""

    forbid: frozenset[Named] = frozenset()
    force: frozenset[Named] = frozenset()

    @classmethod
    def of(cls, *, forbid: Iterable[Sequence[str]], force: Iterable[Sequence[str]]) -> "Wishes":
        """Read what a run keeps: `[[need, pledge], …]`."""
        return cls(frozenset((one[0], one[1]) for one in forbid), frozenset((one[0], one[1]) for one in force))


def bent(instance: Instance, wishes: Wishes) -> Instance:
    """Return the instance as these wishes leave it.

    A forbidden pair is gone. A forced need keeps one pair, and units set aside for it that nobody else may take: so
    every best plan places it, and the prices go on proving that nothing better exists. A forced pair that fits no
    longer, or for which other forced pairs leave too few units, is gone as well.
    """
    if not wishes.forbid and not wishes.force:
        return instance
    forced = dict(wishes.force)
    pairs = [pair for pair in instance.pairs if _may_be(_named(instance, pair), wishes.forbid, forced)]
    lots = list(instance.lots)
    own: dict[int, tuple[int, ...]] = {}
    for pair in pairs:
        if _named(instance, pair) in wishes.force:
            gone = {lot for taken in own.values() for lot in taken}
            free = [lot for lot in pair.lots if lot not in gone]
            own[pair.need] = _set_aside(lots, free, instance.needs[pair.need].units)
    gone = {lot for taken in own.values() for lot in taken}
    touched = {pair.pledge for pair in pairs if pair.need in own}
    left: list[Pair] = []
    for pair in pairs:
        if pair.pledge in touched:
            free = [lot for lot in pair.lots if lot not in gone]
            pair = pair._replace(lots=own.get(pair.need, tuple(free)))
            if sum(lots[lot].capacity for lot in pair.lots) < instance.needs[pair.need].units:
                continue
        left.append(pair)
    return replace(instance, lots=tuple(lots), pairs=Pairs.of(left))


def unheard(wishes: Wishes, placed: Iterable[Named]) -> frozenset[Named]:
    """Return the forced pairs that a plan does not hold."""
    return wishes.force - frozenset(placed)


def _named(instance: Instance, pair: Pair) -> Named:
    return instance.needs[pair.need].id, instance.pledges[pair.pledge].id


def _may_be(named: Named, forbidden: frozenset[Named], forced: Mapping[str, str]) -> bool:
    need, pledge = named
    return named not in forbidden and forced.get(need, pledge) == pledge


def _set_aside(lots: list[Lot], free: Iterable[int], units: int) -> tuple[int, ...]:
    """Set units of these lots aside, those held for the most days first: they are of least use to anybody else.

    Returns the lots they are in now: whole ones, or one that was split off and stands at the end.
    """
    taken: list[int] = []
    for lot in sorted(free, key=lambda one: (-_days_held(lots[one]), one)):
        whole = lots[lot]
        if 0 < units < whole.capacity:
            lots[lot] = replace(whole, units=whole.units[units:])
            lots.append(replace(whole, units=whole.units[:units]))
            taken.append(len(lots) - 1)
        elif units:
            taken.append(lot)
        units -= min(units, whole.capacity)
    return tuple(taken)


def _days_held(lot: Lot) -> int:
    return sum((span.end - span.start).days for span in lot.held)
