"""Pausing, resuming, withdrawing: it does what its provider says, and never what only vetting may."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from kernel.vault import addresses
from offers.models import PledgeStatus
from offers.pledges.links import MANAGE, pledge_behind, token
from offers.pledges.living import pause, resume, withdraw
from tests.factories.pledges import make_pledge

BY = "provider:pl_x"
MAY = {
    pause: {"active"},
    resume: {"paused"},
    withdraw: {"draft", "submitted", "email_confirmed", "vetting", "active", "paused", "suspended"},
}
ILLEGAL = [(deed, status) for deed, legal in MAY.items() for status in PledgeStatus.values if status not in legal]


def test_it_pauses_and_resumes(db, at):
    pledge = pause(pledge=make_pledge(), by=BY, at=at)
    assert pledge.status == "paused"
    assert resume(pledge=pledge, by=BY, at=at).status == "active"


def test_it_says_by_resuming_that_it_is_still_so(db, at):
    pledge = make_pledge(status="paused", confirm_by=localdate(at) - timedelta(days=9))
    assert resume(pledge=pledge, by=BY, at=at).confirm_by == localdate(at) + timedelta(days=60)


def test_it_goes_back_to_vetting_when_its_checks_have_lapsed(db, at):
    pledge = make_pledge(status="paused", vetting_valid_until=localdate(at) - timedelta(days=1))
    assert resume(pledge=pledge, by=BY, at=at).status == "vetting"


@pytest.mark.parametrize(("deed", "status"), ILLEGAL)
def test_it_refuses_every_other_move(db, at, deed, status):
    pledge = make_pledge(status=status, confirm_by=localdate(at))
    with pytest.raises(Refusal) as refused:
        deed(pledge=pledge, by=BY, at=at)
    assert refused.value.code == "illegal_transition"
    assert refused.value.facts["state"] == status
    pledge.refresh_from_db()
    assert pledge.status == status
    assert not pledge.history.exists()


def test_it_ends_every_link_and_forgets_the_address(db, at):
    pledge = make_pledge()
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    link = token(pledge, MANAGE)
    assert withdraw(pledge=pledge, by=BY, at=at).status == "withdrawn"
    assert addresses.find(pledge.pk) is None
    assert pledge_behind(link, MANAGE) is None


def test_it_raises_the_version(db, at):
    pledge = make_pledge()
    assert pause(pledge=pledge, by=BY, at=at).version == 2
    pledge.refresh_from_db()
    assert pledge.version == 2
