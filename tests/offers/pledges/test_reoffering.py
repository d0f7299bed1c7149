"""Offering again: with new days, past the checks only while they and the provider's word hold."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from offers.models import Pledge, PledgeStatus
from offers.pledges.reoffering import offer_again
from tests.factories.pledges import days_ahead, make_pledge
from tests.killing import killed_at_each_statement

BY = "provider:pl_x"


def expired(at, *, vetted: int | None = 100, word: int | None = 10, **traits) -> Pledge:
    """A room that ran out yesterday; its checks and the host's word hold for so many days."""
    today = localdate(at)
    until = {name: None if days is None else today + timedelta(days=days) for name, days in
             {"vetting_valid_until": vetted, "confirm_by": word}.items()}  # fmt: skip
    values = {"status": "expired", "available_until": today, "verified_features": ["quiet"], "features": ["quiet"]}
    return make_pledge(**{**values, **until, **traits})


def again(pledge, at, **changes):
    return offer_again(pledge=pledge, changes={"availability": days_ahead(2, 60), **changes}, by=BY, at=at)


def test_it_is_active_at_once_while_checks_and_word_hold(operator, at):
    pledge = again(expired(at), at, units_total=2)
    assert (pledge.status, pledge.units_total) == ("active", 2)
    assert pledge.confirm_by == localdate(at) + timedelta(days=60)
    assert pledge.verified_features == ["quiet"]
    moves = [(move.old, move.new, move.by, move.why) for move in pledge.history.all()]
    assert moves == [
        ("expired", "vetting", BY, "offered_again"),
        ("vetting", "active", "system", "checks_in_date"),
    ]
    pledge.refresh_from_db()
    assert pledge.available_until == localdate(at) + timedelta(days=60)


@pytest.mark.parametrize(("vetted", "word"), [(-1, 10), (None, 10), (100, -1), (100, None)])
def test_it_is_checked_again_otherwise(operator, at, vetted, word):
    pledge = expired(at, vetted=vetted, word=word)
    pledge.vetting.create(step="identity", outcome="passed", reviewer="user:1", reviewed_at=at)
    pledge = again(pledge, at)
    assert (pledge.status, pledge.verified_features, pledge.vetting_valid_until) == ("vetting", [], None)
    assert not pledge.vetting.in_force().exists()


def test_it_needs_days_to_come(operator, at):
    pledge = expired(at)
    for changes in ({}, {"availability": days_ahead(-20, 0)}):
        with pytest.raises(Refusal) as refused:
            offer_again(pledge=pledge, changes=changes, by=BY, at=at)
        assert refused.value.code == "in_the_past"
    pledge.refresh_from_db()
    assert pledge.status == "expired"


@pytest.mark.parametrize("changes", [{"kind": "food"}, {"country": "FR"}, {"features": []}])
def test_it_is_no_way_around_the_checks(operator, at, changes):
    with pytest.raises(ValueError, match="checked"):
        again(expired(at), at, **changes)


@pytest.mark.parametrize("status", [status for status in PledgeStatus.values if status != "expired"])
def test_it_is_refused_of_every_other_offer(operator, at, status):
    pledge = make_pledge(status=status, confirm_by=localdate(at))
    with pytest.raises(Refusal) as refused:
        again(pledge, at)
    assert refused.value.code == "illegal_transition"


@pytest.mark.parametrize("vetted", [100, -1])
def test_it_is_done_whole_or_not_at_all(operator, at, vetted):
    pledge = expired(at, vetted=vetted)
    assert killed_at_each_statement(lambda: again(pledge, at)) >= 4
