"""Asking in bulk: the same pairs, scores and lots as asking about every pair singly."""

import pytest

from offers.matching.plan.pairs import laid_out, laid_out_singly
from offers.matching.rules import ask, feasible
from offers.matching.score import score
from tests.offers.matching.plain import need_facts, pledge_facts
from tests.offers.matching.plan.instances import TODAY, random_world
from tests.offers.matching.rows import NOW
from tests.offers.matching.wide import wide_world


@pytest.mark.parametrize("seed", range(60))
def test_it_finds_what_the_single_rules_find(seed: int) -> None:
    needs, pledges = random_world(seed, largest=30, kinds=("housing", "housing", "transport"))
    found = laid_out(needs, pledges, today=TODAY)
    singly = {
        (need.id, pledge.id): score(question)
        for need in needs
        for pledge in pledges
        if feasible(question := ask(need, pledge, today=TODAY))
    }
    assert {(found.needs[pair.need].id, found.pledges[pair.pledge].id): pair.score for pair in found.pairs} == singly
    assert found == laid_out_singly(needs, pledges, today=TODAY)


@pytest.mark.parametrize("seed", range(0, 300, 10))
def test_it_finds_them_whatever_needs_and_pledges_are_made_of(seed: int) -> None:
    for one in range(seed, seed + 10):
        needs, pledges = wide_world(one)
        assert laid_out(needs, pledges, today=TODAY) == laid_out_singly(needs, pledges, today=TODAY)


def test_more_languages_than_there_are_bits_are_told_apart() -> None:
    tongues = [f"q{first}{second}" for first in "abcdefgh" for second in "abcdefghijklm"]
    needs = [need_facts(id=f"nd_{at:03}", languages=(tongue,)) for at, tongue in enumerate(tongues)]
    pledges = [pledge_facts(id=f"pl_{at:03}", languages=(tongue,)) for at, tongue in enumerate(tongues)]
    needs.append(need_facts(id="nd_999", languages=()))
    found = laid_out(needs, pledges, today=NOW.date())
    assert found == laid_out_singly(needs, pledges, today=NOW.date())
    assert len(found.pairs) == 2 * len(tongues)


def test_the_worlds_hold_pairs_and_pairs_that_fail() -> None:
    worlds = [random_world(seed, largest=30) for seed in range(20)]
    found = sum(len(laid_out(needs, pledges, today=TODAY).pairs) for needs, pledges in worlds)
    asked = sum(len(needs) * len(pledges) for needs, pledges in worlds)
    assert asked / 100 < found < asked / 2


def test_a_lot_is_free_on_every_day_of_the_need() -> None:
    for seed in range(20):
        needs, pledges = random_world(seed, largest=20)
        found = laid_out(needs, pledges, today=TODAY)
        for pair in found.pairs:
            need, pledge = found.needs[pair.need], found.pledges[pair.pledge]
            free = [unit for lot in pair.lots for unit in found.lots[lot].units]
            assert sorted(free) == sorted(set(range(1, pledge.units_total + 1)) - pledge.busy_units(need.hold))
