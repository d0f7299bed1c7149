"""Running out: an offer expires when its days are over and nobody is with it, and leaves its link good."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from kernel.vault import addresses
from offers.models import Pledge, PledgeStatus
from offers.pledges.lapsing import RUNS_OUT, lapse, let_run_out
from offers.pledges.links import MANAGE, pledge_behind, token
from tests.factories.pledges import make_pledge
from tests.killing import killed_at_each_statement


@pytest.fixture
def over(operator, at) -> Pledge:
    """A room whose last day was yesterday."""
    return make_pledge(available_until=localdate(at))


@pytest.mark.parametrize("status", RUNS_OUT)
def test_it_expires_when_its_days_are_over(over, at, status):
    Pledge.objects.update(status=status)
    assert (let_run_out(at), let_run_out(at)) == (1, 0)
    over.refresh_from_db()
    assert over.status == "expired"
    move = over.history.get()
    assert (move.old, move.by, move.why) == (status, "system", "days_over")


@pytest.mark.parametrize("status", [status for status in PledgeStatus.values if status not in RUNS_OUT])
def test_it_leaves_every_other_offer_alone(over, at, status):
    Pledge.objects.update(status=status)
    assert let_run_out(at) == 0
    with pytest.raises(Refusal) as refused:
        lapse(pledge=over, at=at, why="days_over")
    assert refused.value.code == "illegal_transition"


def test_it_waits_for_the_last_day(operator, at):
    make_pledge(available_until=localdate(at) + timedelta(days=1))
    assert let_run_out(at) == 0
    assert let_run_out(at + timedelta(days=1)) == 1


def test_it_waits_while_somebody_is_with_the_host(over, at):
    Pledge.objects.update(units_held=1)
    assert let_run_out(at) == 0


def test_its_link_and_address_stay_good(over, at):
    addresses.keep(over.pk, "helper@waystation.invalid", "en")
    word = token(over, MANAGE)
    let_run_out(at)
    assert pledge_behind(word, MANAGE) == over
    assert addresses.find(over.pk) is not None


def test_it_is_done_whole_or_not_at_all(over, at):
    assert killed_at_each_statement(lambda: let_run_out(at)) >= 4
