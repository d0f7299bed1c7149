"""What is said of an objective when the solver has nothing to say."""

import time

from offers.matching.plan.programme import Programme, Row


def test_a_stage_that_was_never_bounded_is_as_good_as_anybody_can_see() -> None:
    """Until its first relaxation is solved the solver's bound is infinite; here no relaxation can be solved at all."""
    programme = Programme([1, 1], whole=[True, True], rows=[Row(((0, 1), (1, 1)), 3, 4)], seed=1)
    programme.start([1, 0])
    stage = programme.reach("needs", {0: 1, 1: 1}, most=2, until=time.monotonic() + 60)
    assert (stage.value, stage.bound, stage.proven) == (1, 2, False)
    assert programme.values.tolist() == [1, 0]
