"""Columns that read as pairs one by one."""

import numpy as np

from offers.matching.plan.edges import Pair, Pairs
from offers.matching.plan.proof import bound, bound_of
from offers.matching.plan.rooms import plan_rooms
from offers.matching.plan.ties import ties
from offers.matching.plan.value import base_of, worth, worths
from tests.offers.matching.plan.instances import with_pairs

ROWS = [Pair(0, 2, 10, (4,)), Pair(0, 3, 20, (5, 6)), Pair(2, 0, 30, (0, 1, 2)), Pair(3, 3, 40, (6,))]


def test_they_are_the_pairs_they_were_made_of() -> None:
    pairs = Pairs.of(ROWS)
    assert list(pairs) == ROWS == [pairs[place] for place in range(len(pairs))]
    assert (pairs[-1], list(pairs[1:3])) == (ROWS[-1], ROWS[1:3])
    assert pairs == Pairs.of(ROWS) != Pairs.of(ROWS[1:])
    assert not Pairs.none()
    assert list(Pairs.none()) == []


def test_some_of_them_keep_their_lots() -> None:
    pairs = Pairs.of(ROWS)
    assert list(pairs.where(np.array([False, True, False, True]))) == [ROWS[1], ROWS[3]]
    assert list(pairs.where(np.array([2, 1]))) == [ROWS[2], ROWS[1]]
    assert not pairs.where(np.zeros(4, dtype=bool))


def test_they_find_a_pair_by_its_need_and_pledge() -> None:
    asked = [(0, 3), (0, 0), (3, 3), (2, 0), (-1, 3), (0, -1), (0, 9), (9, 0)]
    needs, pledges = (np.array(column) for column in zip(*asked, strict=True))
    assert Pairs.of(ROWS).at(needs, pledges).tolist() == [1, -1, 3, 2, -1, -1, -1, -1]
    assert Pairs.none().at(needs, pledges).tolist() == [-1] * len(asked)


def test_columns_count_what_pairs_count_one_by_one() -> None:
    instance = with_pairs(60, largest=40)
    pairs, base = instance.pairs, base_of(len(instance.needs))
    each = worths(instance, pairs, base=base)
    assert each.tolist() == [worth(instance.needs[pair.need], pair.score, base=base) for pair in pairs]
    for prices in ({}, plan_rooms(instance, pairs, seed=1).prices, {0: 5, len(instance.lots) - 1: 10**6}):
        singly = bound(
            instance, pairs, prices, worth=lambda pair: worth(instance.needs[pair.need], pair.score, base=base)
        )
        assert bound_of(instance, pairs, prices, each) == singly


def test_a_tie_is_broken_by_need_lot_and_seed_alone() -> None:
    instance = with_pairs(60, largest=40)
    first = ties(1, instance, instance.pairs)
    assert first.tolist() == ties(1, instance, instance.pairs).tolist()
    assert (first != ties(2, instance, instance.pairs)).all()
    assert len(set(first.tolist())) == len(first)
    assert 0 <= first.min() <= first.max() < 2**32
    # in a part of the pairs each keeps its number
    odd = instance.pairs.where(np.arange(len(instance.pairs)) % 2 == 1)
    kept = np.isin(instance.pairs.owners, np.arange(1, len(instance.pairs), 2))
    assert ties(1, instance, odd).tolist() == first[kept].tolist()
