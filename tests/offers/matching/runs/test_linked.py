"""Linked needs in a run and when it is applied: all of a bundle or nothing, and in one area."""

from typing import Any

import pytest

from kernel.accounts.models import Organisation
from offers.matching.deeds import propose
from offers.matching.runs.applying import apply_for, ask_to_apply
from offers.matching.runs.checking import check
from offers.matching.runs.models import MatchingRun
from offers.models import Match, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.runs.made import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.matching.runs.applying.timezone.now", lambda: NOW)


@pytest.fixture
def household(ours: Organisation) -> list[Need]:
    """A home and a lawyer for one household."""
    home = make_need(ours, bundle="bd_1")
    return [home, make_need(ours, bundle="bd_1", kind="legal", household=home.household)]


def make_lawyer(owner: Organisation, **traits: Any) -> Pledge:
    return make_pledge(owner, kind="legal", exclusive=False, **traits)


def placed(run: MatchingRun) -> dict[str, str]:
    return dict(run.assignments.values_list("need_id", "pledge_id"))


def applied(run: MatchingRun) -> dict[str, tuple[str, str]]:
    ask_to_apply(run=run, by="client:op", at=NOW)
    run.refresh_from_db()
    assert apply_for(run, seconds=60)
    return {need: (outcome, why) for need, outcome, why in run.assignments.values_list("need_id", "outcome", "why")}


def test_they_are_placed_in_one_area(operator: Organisation, ours: Organisation, household: list[Need]) -> None:
    make_pledge(ours, region="LT-KU", languages=["ru", "en"])
    home, lawyer = make_pledge(ours, region="LT-VL"), make_lawyer(ours, region="LT-VL")
    run = made(operator)
    assert placed(run) == {household[0].pk: home.pk, household[1].pk: lawyer.pk}
    assert check(run).holds
    assert run.report is not None
    assert run.report["linked"]["bundles"] == {"asked": 1, "placed": 1}


def test_they_are_not_placed_where_that_cannot_be(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    make_pledge(ours, region="LT-KU")
    make_lawyer(ours, region="LT-VL")
    run = made(operator)
    assert placed(run) == {}
    assert check(run).holds


def test_a_bundle_of_which_a_member_is_not_in_the_run_is_left_out(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    make_pledge(ours)
    make_lawyer(ours)
    for wanted in ({"kinds": ["housing"]}, {"needs": [household[0].pk]}):
        run = made(operator, **wanted)
        assert placed(run) == {}
        assert run.report is not None
        assert run.report["bundles_left_out"] == 1
    Need.objects.filter(pk=household[1].pk).update(status="in_review")
    assert placed(made(operator)) == {}
    Need.objects.filter(pk=household[1].pk).update(status="withdrawn")  # it waits for nobody who is gone
    assert set(placed(made(operator))) == {household[0].pk}


def test_the_others_follow_a_member_that_has_a_match(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    home = make_pledge(ours, region="LT-VL")
    propose(need_id=household[0].pk, pledge_id=home.pk, organisation=ours, by="user:1", at=NOW)
    make_lawyer(ours, region="LT-KU", languages=["ru", "en"])
    assert placed(made(operator)) == {}
    near = make_lawyer(ours, region="LT-VL")
    run = made(operator)
    assert placed(run) == {household[1].pk: near.pk}
    assert applied(run) == {household[1].pk: ("proposed", "")}


def test_they_are_proposed_together(operator: Organisation, ours: Organisation, household: list[Need]) -> None:
    make_pledge(ours)
    make_lawyer(ours)
    assert applied(made(operator)) == {need.pk: ("proposed", "") for need in household}
    assert Match.objects.count() == 2


def test_where_one_is_lost_all_are(operator: Organisation, ours: Organisation, household: list[Need]) -> None:
    make_pledge(ours)
    lawyer = make_lawyer(ours)
    run = made(operator)
    Pledge.objects.filter(pk=lawyer.pk).update(status="paused")
    assert applied(run) == {household[0].pk: ("lost", "linked_lost"), household[1].pk: ("lost", "pledge_inactive")}
    assert not Match.objects.exists()
    assert set(Need.objects.values_list("status", flat=True)) == {"open"}


def test_an_offer_that_has_moved_away_parts_nobody(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    make_pledge(ours)
    lawyer = make_lawyer(ours)
    run = made(operator)
    Pledge.objects.filter(pk=lawyer.pk).update(region="LT-KU")
    assert applied(run) == {need.pk: ("lost", "bundle_changed") for need in household}
    assert not Match.objects.exists()


def test_whoever_was_linked_since_is_waited_for(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    make_pledge(ours)
    make_lawyer(ours)
    run = made(operator)
    make_need(ours, bundle="bd_1", kind="food", household=household[0].household)
    assert applied(run) == {need.pk: ("lost", "bundle_changed") for need in household}
    assert not Match.objects.exists()


def test_whoever_accepts_one_accepts_what_is_linked_with_it(
    operator: Organisation, ours: Organisation, household: list[Need]
) -> None:
    make_pledge(ours)
    make_lawyer(ours)
    run = made(operator)
    ask_to_apply(run=run, by="client:op", at=NOW, needs=[household[0].pk])
    run.refresh_from_db()
    assert apply_for(run, seconds=60)
    assert set(run.assignments.values_list("outcome", flat=True)) == {"proposed"}
