"""A partner answers for its providers: resuming an active offer says that it is still so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from offers.pledges.pinging import ask_whether_still_so
from tests.api.clients import api_client
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

PATH = "/api/v1/pledges"


@pytest.fixture
def partner(db):
    make_operator()
    return api_client(["pledges:read", "pledges:write"])


def test_it_moves_confirm_by_on(partner):
    pledge = make_pledge(partner.organisation, confirm_by=timezone.localdate() + timedelta(days=3))
    answers = [partner.post(f"{PATH}/{pledge.pk}/resume", {}, format="json") for _ in range(2)]
    until = f"{timezone.localdate() + timedelta(days=60)}"
    assert [(answer.status_code, answer.json()["status"]) for answer in answers] == [(200, "active")] * 2
    assert {answer.json()["confirm_by"] for answer in answers} == {until}
    assert answers[0]["ETag"] == answers[1]["ETag"]


def test_it_takes_up_again_what_was_paused_for_silence(partner):
    pledge = make_pledge(partner.organisation, confirm_by=timezone.localdate() + timedelta(days=9))
    for days in (0, 6, 14):
        ask_whether_still_so(timezone.now() + timedelta(days=days))
    assert partner.get(f"{PATH}/{pledge.pk}").json()["status"] == "paused"
    assert partner.post(f"{PATH}/{pledge.pk}/resume", {}, format="json").json()["status"] == "active"
    assert [move.why for move in pledge.history.all()] == ["no_answer", ""]
