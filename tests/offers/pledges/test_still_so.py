""" "It is still so": it counts from the day it was said, takes up what was paused for silence, and nothing else."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from offers.models import PledgeStatus
from offers.pledges.confirming import confirm, fell_silent
from offers.pledges.editing import edit
from offers.pledges.living import pause, set_aside
from tests.factories.pledges import days_ahead, make_pledge
from tests.killing import killed_at_each_statement

BY = "provider:pl_x"
SOON = timedelta(days=3)
OTHERS = [status for status in PledgeStatus.values if status not in ("active", "paused")]


def test_it_counts_from_the_day_it_is_said(db, at):
    pledge = confirm(pledge=make_pledge(confirm_by=localdate(at) + SOON), by=BY, at=at)
    assert (pledge.status, pledge.confirm_by) == ("active", localdate(at) + timedelta(days=60))
    assert not pledge.history.exists()


def test_it_changes_nothing_when_it_is_said_twice(db, at):
    pledge = confirm(pledge=make_pledge(confirm_by=localdate(at) + SOON), by=BY, at=at)
    assert confirm(pledge=pledge, by=BY, at=at).version == pledge.version == 2


def test_it_leaves_paused_what_its_provider_paused(db, at):
    pledge = pause(pledge=make_pledge(confirm_by=localdate(at) + SOON), by=BY, at=at)
    assert not fell_silent(pledge)
    pledge = confirm(pledge=pledge, by=BY, at=at)
    assert (pledge.status, pledge.confirm_by) == ("paused", localdate(at) + timedelta(days=60))


def test_it_takes_up_again_what_was_paused_for_silence(db, at):
    pledge = set_aside(pledge=make_pledge(confirm_by=localdate(at) - SOON), by="system", at=at, why="no_answer")
    assert fell_silent(pledge)
    pledge = confirm(pledge=pledge, by=BY, at=at)
    assert (pledge.status, pledge.confirm_by) == ("active", localdate(at) + timedelta(days=60))
    assert [move.new for move in pledge.history.all()] == ["paused", "active"]


def test_it_gets_no_offer_past_checks_that_lapsed(db, at):
    pledge = make_pledge(confirm_by=localdate(at) - SOON, vetting_valid_until=localdate(at) - SOON)
    set_aside(pledge=pledge, by="system", at=at, why="no_answer")
    assert confirm(pledge=pledge, by=BY, at=at).status == "vetting"


@pytest.mark.parametrize("status", OTHERS)
def test_it_is_refused_of_every_other_offer(db, at, status):
    pledge = make_pledge(status=status, confirm_by=localdate(at))
    with pytest.raises(Refusal) as refused:
        confirm(pledge=pledge, by=BY, at=at)
    assert refused.value.code == "illegal_transition"


@pytest.mark.parametrize("changes", [{"units_total": 3}, {"availability": days_ahead(1, 50)}])
def test_other_days_or_another_number_say_so_too(db, at, changes):
    pledge = edit(pledge=make_pledge(confirm_by=localdate(at) + SOON), changes=changes, by=BY, at=at)
    assert pledge.confirm_by == localdate(at) + timedelta(days=60)


def test_other_languages_say_nothing_of_the_days(db, at):
    pledge = edit(pledge=make_pledge(confirm_by=localdate(at) + SOON), changes={"languages": ["de"]}, by=BY, at=at)
    assert pledge.confirm_by == localdate(at) + SOON


def test_it_is_done_whole_or_not_at_all(db, at):
    pledge = set_aside(pledge=make_pledge(), by="system", at=at, why="no_answer")
    assert killed_at_each_statement(lambda: confirm(pledge=pledge, by=BY, at=at)) >= 4
