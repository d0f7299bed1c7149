"""`verify_run`: every pair asked anew, sums instead of trust, and linked needs together."""

import json
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from kernel.accounts.models import Organisation
from offers.matching.plan import asking_again
from offers.matching.plan.pairs import laid_out
from offers.matching.runs.models import Assignment, MatchingRun
from offers.models import Need, Pledge
from tests.offers.matching.rows import make_need, make_pledge
from tests.offers.matching.runs.made import asked, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(operator: Organisation, ours: Organisation, theirs: Organisation) -> MatchingRun:
    """A plan in which rooms are short, so that they have a price."""
    for urgency in ("urgent", "soon", "soon", "planned"):
        make_need(ours, urgency=urgency)
    make_pledge(theirs, units_total=2)
    make_need(ours, kind="transport", units=2)
    make_pledge(theirs, kind="transport", units_total=3, max_party=1, exclusive=False)
    return made(operator)


def verified(run: MatchingRun, *, fails: bool = False) -> dict[str, Any]:
    out = StringIO()
    if fails:
        with pytest.raises(CommandError):
            call_command("verify_run", run.pk, "--json", stdout=out)
    else:
        call_command("verify_run", run.pk, "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_a_plan_holds_and_the_prices_prove_it(run: MatchingRun) -> None:
    told = verified(run)
    assert (told["holds"], told["snapshot"], told["faults"]) == (True, "same", [])
    parts = {part["part"]: part for part in told["parts"]}
    assert parts["rooms"]["proven"]
    assert parts["rooms"]["value"] == parts["rooms"]["bound"] > 0
    assert parts["transport"] == {"part": "transport", "counted": "persons", "value": 2, "bound": 2, "proven": True}
    assert any(part == "rooms" and price > 0 for part, _pledge, _unit, price in run.prices)


def test_it_speaks_in_sentences(run: MatchingRun) -> None:
    out = StringIO()
    call_command("verify_run", run.pk, stdout=out, verbosity=0)
    assert "no plan reaches more: proven" in out.getvalue()
    assert "asked about every pair, 10 in all" in out.getvalue()


def test_where_pairs_are_too_many_it_asks_those_that_fit_and_a_sample(
    run: MatchingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = verified(run)
    assert told["asked_singly"] == told["pairs"] == 10
    monkeypatch.setattr(asking_again, "MOST_SINGLY", 0)
    sampled = verified(run)
    assert sampled["asked_singly"] > sampled["pairs"]  # of so few, the sample has each several times
    assert sampled | {"asked_singly": 10} == told

    def overlooking(*facts: Any, **today: Any) -> Any:
        every = laid_out(*facts, **today)
        return replace(every, pairs=every.pairs[1:])

    monkeypatch.setattr(asking_again, "laid_out", overlooking)
    assert "rules_differ" in verified(run, fails=True)["faults"]


def test_it_sees_a_price_that_was_made_up(run: MatchingRun) -> None:
    MatchingRun.objects.filter(pk=run.pk).update(prices=[[*row[:3], row[3] + 1] for row in run.prices])
    told = verified(MatchingRun.objects.get(pk=run.pk), fails=True)
    assert not told["holds"]


def test_it_sees_a_score_that_was_made_up(run: MatchingRun) -> None:
    Assignment.objects.filter(pk=run.assignments.order_by("id")[0].pk).update(score=1000)
    assert verified(run, fails=True)["faults"] == ["false_figures", "wrong_score"]


def test_it_sees_a_pair_that_was_left_out(run: MatchingRun) -> None:
    run.assignments.filter(need__kind="housing").order_by("id")[0].delete()
    assert verified(run, fails=True)["faults"] == ["false_figures"]


def test_it_says_so_when_the_world_has_moved_on(run: MatchingRun) -> None:
    Need.objects.filter(kind="housing", urgency="planned").update(stay_days=31)
    told = verified(run, fails=True)
    assert (told["snapshot"], told["holds"]) == ("changed", False)


def test_a_feature_verified_since_is_a_change(run: MatchingRun) -> None:
    Pledge.objects.filter(kind="housing").update(verified_features=["quiet"])
    assert verified(run, fails=True)["snapshot"] == "changed"


def test_there_must_be_a_plan(operator: Organisation) -> None:
    with pytest.raises(CommandError, match="no such run"):
        call_command("verify_run", "run_unknown")
    with pytest.raises(CommandError, match="no plan"):
        call_command("verify_run", asked(operator).pk)


@pytest.fixture
def linked(operator: Organisation, ours: Organisation) -> MatchingRun:
    """A home and a lawyer for one household, in the one area that has both; a like home stands in another."""
    home = make_need(ours, bundle="bd_1")
    make_need(ours, bundle="bd_1", kind="legal", household=home.household)
    make_pledge(ours, region="LT-VL")
    make_pledge(ours, region="LT-KU")
    make_pledge(ours, kind="legal", exclusive=False, region="LT-VL")
    return made(operator)


def test_it_sees_that_linked_needs_were_taken_apart(linked: MatchingRun) -> None:
    assert verified(linked)["holds"]
    elsewhere = Pledge.objects.get(region="LT-KU")
    linked.assignments.filter(need__kind="housing").update(pledge=elsewhere)
    told = verified(linked, fails=True)
    assert (told["faults"], told["holds"]) == (["bundle_in_two_areas"], False)


def test_it_sees_that_one_of_the_linked_needs_is_missing_though_all_figures_leave_it_out(linked: MatchingRun) -> None:
    gone = linked.assignments.get(need__kind="legal")
    said = dict(linked.objective or {})
    said |= {"placed": 1, "persons_placed": said["persons_placed"] - gone.need.party_size}
    said |= {"score": said["score"] - gone.score, "by_urgency": {**said["by_urgency"], gone.need.urgency: 1}}
    gone.delete()
    MatchingRun.objects.filter(pk=linked.pk).update(objective=said)
    told = verified(MatchingRun.objects.get(pk=linked.pk), fails=True)
    assert (told["faults"], told["holds"]) == (["bundle_in_part"], False)
