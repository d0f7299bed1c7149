"""The screens of card testing and discretion, and the alarms on the first money page."""

import pytest
from django.utils import timezone

from donations.alarms.looking import settle_alarms
from donations.alarms.models import AlarmCode
from donations.models import Fund, GivingStop
from kernel.audit.models import AuditEntry
from tests.console import console_client
from tests.donations.giving.breaker.test_admit import tripped
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db
GUARD, DISCRETION = "/console/money/guard/", "/console/money/discretion/"


@pytest.fixture
def finance():
    return console_client(make_member(role="finance"))


def test_the_hour_is_shown_and_one_press_stops_and_resumes(finance):
    fund = tripped()
    page = finance.get(GUARD).content.decode()
    assert fund.name in page
    assert "under attack" in page
    answer = finance.post(f"{GUARD}stop/", {"reason": "card_testing"}, follow=True)
    assert "No gifts are taken" in answer.content.decode()
    assert finance.post(f"{GUARD}resume/").status_code == 302
    assert finance.post(f"{GUARD}resume/").status_code == 409
    stop = GivingStop.objects.get()
    assert stop.stopped_by == stop.resumed_by
    actions = AuditEntry.objects.filter(object_id=f"stop:{stop.pk}").order_by("pk")
    assert [entry.action for entry in actions] == ["giving.stop", "giving.resume"]


def test_a_reason_of_no_list_stops_nothing(finance):
    assert finance.post(f"{GUARD}stop/", {"reason": "because"}).status_code == 422
    assert GivingStop.objects.count() == 0


def test_every_alarm_says_what_to_do(finance):
    settle_alarms(AlarmCode.values, at=timezone.now())
    page = finance.get("/console/money/").content.decode()
    for code in AlarmCode:
        assert str(code.label).replace("'", "&#x27;") in page
    assert page.count("Since ") == len(AlarmCode)


def test_the_statement_and_every_mail_are_shown_as_they_will_arrive(finance, settings):
    settings.STATEMENT_DESCRIPTOR = "Support Fund"
    page = finance.get(DISCRETION).content.decode()
    assert "SUPPORT FUND" in page
    assert "Пожертвование" in page
    settings.STATEMENT_DESCRIPTOR = "REFUGEE*AID"
    assert "It tells more than" in finance.get(DISCRETION).content.decode()
    settings.STATEMENT_DESCRIPTOR = ""
    assert "Nobody has told us." in finance.get(DISCRETION).content.decode()


def test_a_fund_gets_no_address_that_tells_something(finance):
    words = {"slug": "lgbt-shelter", "name": "Rooms", "goal_0": "", "goal_1": "EUR", "position": "1", "is_open": "on"}
    answer = finance.post("/console/money/funds/new/", words)
    assert answer.status_code == 422
    assert "browser history" in answer.content.decode()
    assert Fund.objects.count() == 0
