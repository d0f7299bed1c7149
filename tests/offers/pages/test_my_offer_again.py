"""An offer that has run out, on its private page: its host comes back by the old link and offers it again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from offers.models import Pledge
from offers.pledges.lapsing import let_run_out
from offers.pledges.links import MANAGE, token
from tests.factories.pledges import make_pledge


def day(number: int) -> str:
    return f"{timezone.localdate() + timedelta(days=number)}"


@pytest.fixture
def expired(operator) -> Pledge:
    pledge = make_pledge(available_until=timezone.localdate())
    let_run_out()
    pledge.refresh_from_db()
    return pledge


def page_of(pledge: Pledge) -> str:
    return f"/my-offer/{token(pledge, MANAGE)}/"


def test_it_is_offered_again_with_new_days(visitor, expired):
    page = visitor.get(page_of(expired)).content.decode()
    assert "has run out" in page
    assert "Offer it again" in page
    answer = visitor.send(f"{page_of(expired)}change/", units_total=2, available_from=day(3), available_until=day(60))
    assert answer["Location"] == page_of(expired)
    expired.refresh_from_db()
    assert (expired.status, expired.units_total) == ("active", 2)


def test_it_asks_for_days_to_come(visitor, expired):
    answer = visitor.send(f"{page_of(expired)}change/", units_total=1, available_from=day(-9), available_until=day(0))
    assert "These days are over" in answer.content.decode()
    expired.refresh_from_db()
    assert expired.status == "expired"


def test_it_goes_through_the_checks_when_nobody_answered_for_long(visitor, expired):
    Pledge.objects.update(confirm_by=timezone.localdate() - timedelta(days=61))
    visitor.send(f"{page_of(expired)}change/", units_total=1, available_from=day(3), available_until=day(60))
    expired.refresh_from_db()
    assert expired.status == "vetting"
