"""Sharing what is taken back: by the total alone, whole at the end, never less for more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from donations.giving.sharing import shares

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=10).filter(any)


@given(WEIGHTS, st.integers(0, 120_000))
def test_parts_sum_to_the_total_and_grow_with_it(weights, total):
    now, more = shares(total, weights), shares(total + 1, weights)
    assert sum(now) == total
    assert sorted(b - a for a, b in zip(now, more, strict=True)) == [0] * (len(weights) - 1) + [1]


@given(WEIGHTS)
def test_taking_the_whole_takes_from_each_what_it_had(weights):
    assert shares(sum(weights), weights) == weights
    assert shares(0, weights) == [0] * len(weights)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [0]), (1, [])])
def test_it_refuses_what_was_never_given(total, weights):
    with pytest.raises(ValueError, match="given"):
        shares(total, weights)
