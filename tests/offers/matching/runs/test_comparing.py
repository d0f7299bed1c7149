"""Two plans side by side: who loses, who gains, who moves, and whether the facts were the same."""

import pytest

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.runs.comparing import compared
from offers.models import Pledge
from tests.offers.matching.rows import make_need, make_pledge
from tests.offers.matching.runs.made import made
from tests.offers.matching.runs.test_what_if import carried, what_if

pytestmark = pytest.mark.django_db


def test_it_says_what_it_costs_whom(operator: Organisation, ours: Organisation) -> None:
    urgent, other = make_need(ours, urgency="emergency", party_size=1, bands={"18-59": 1}), make_need(ours)
    pledge = make_pledge(ours)
    first = made(operator)
    second = what_if(first, forbid=[(urgent.pk, pledge.pk)])
    carried(second)
    told = compared(second)
    assert told.same_facts
    assert [(one.need, one.what) for one in told.changes] == [(urgent.pk, "loses"), (other.pk, "gains")]
    assert told.differences["placed"] == 0
    assert told.differences["persons_placed"] == 1
    assert told.by_urgency == {"emergency": -1, "urgent": 0, "soon": 1, "planned": 0}
    gained = told.changes[1]
    assert gained.before is None
    assert gained.after is not None
    assert gained.after.pledge == pledge.pk


def test_a_need_that_only_moves_costs_points_alone(operator: Organisation, ours: Organisation) -> None:
    need, near, far = make_need(ours), make_pledge(ours, country="LT"), make_pledge(ours, country="DE")
    second = what_if(made(operator), force=[(need.pk, far.pk)])
    carried(second)
    told = compared(second)
    (change,) = told.changes
    assert (change.what, change.before and change.before.pledge) == ("moves", near.pk)
    assert told.differences["placed"] == 0
    assert told.differences["score"] < 0


def test_it_says_so_when_the_facts_are_others(operator: Organisation, ours: Organisation) -> None:
    make_need(ours)
    make_pledge(ours)
    second = what_if(made(operator))
    Pledge.objects.update(units_total=2)
    carried(second)
    told = compared(second)
    assert not told.same_facts
    assert told.changes == []


def test_it_compares_only_what_can_be_compared(operator: Organisation, ours: Organisation) -> None:
    first = made(operator)
    for run, code in ((first, "not_an_alternative"), (what_if(first), "no_plan")):
        with pytest.raises(Refusal) as refused:
            compared(run)
        assert refused.value.code == code
