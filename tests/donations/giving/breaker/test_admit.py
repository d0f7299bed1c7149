"""Who is let through while the page is pressed: work passes, patience passes slowly, gifts that are paid make room."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from donations.giving.breaker.admitting import CLIENTS_UNPAID, FAST, SLOW, Effort, admit, admit_client, bits_wanted
from donations.giving.breaker.models import DeclinedCharge
from donations.giving.breaker.pressure import OF_FUND, State, pressure, pressures
from donations.models import Donation
from kernel.states import Refusal
from tests.factories.donations import make_donation, make_fund, make_paid
from tests.open_forms import stamped

pytestmark = pytest.mark.django_db
QUICK, PATIENT = Effort(5, worked=False), Effort(61, worked=False)
WORKED, WORKED_HARD = Effort(5, worked=True, bits=6), Effort(5, worked=True, bits=9)


def strained(count=OF_FUND.unpaid, **words):
    """Return a fund for which so many pages are open and unpaid."""
    fund = make_fund()
    for _ in range(count):
        make_donation(split=[(fund, 1)], **words)
    return fund


def tripped():
    fund = strained()
    for number, one in enumerate(Donation.objects.all()[: OF_FUND.declined]):
        DeclinedCharge.objects.create(charge=f"ch_{number}", donation=one, at=timezone.now())
    assert pressure(fund, at=timezone.now()).state == State.TRIPPED
    return fund


def let_through(fund, effort, *, at=None, tries=1):
    """Return how many of the tries get through, and the refusal of the last that does not."""
    passed, refused = 0, None
    for _ in range(tries):
        try:
            admit(pressures([fund], at=at or timezone.now()), effort=effort)
            passed += 1
        except Refusal as refusal:
            refused = refusal
    return passed, refused


def test_many_funds_are_asked_about_in_as_many_statements_as_one(django_assert_num_queries):
    funds, at = [tripped(), make_fund()], timezone.now()
    with django_assert_num_queries(4):
        found = pressures(funds, at=at)
    assert found == [pressure(one, at=at) for one in (None, *funds)]
    assert [(one.unpaid, one.paid, one.declined) for one in found] == [(20, 0, 15), (20, 0, 15), (0, 0, 0)]


@pytest.mark.parametrize("again", [False, True])
def test_a_page_that_is_refused_asks_how_hard_it_is_pressed_once(client, again):
    fund, over = strained(), make_donation()
    Donation.objects.filter(pk=over.pk).update(status="expired")
    over.allocations.update(fund=fund)
    words = {"donation": over.pk} if again else {"amount": "25", "currency": "EUR", "fund": fund.slug}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/thanks/again/" if again else "/give/", stamped("give", words))
    assert answer.status_code == 429
    assert sum("donations_declinedcharge" in one["sql"] for one in asked) == 2  # in all, and of the funds


def test_on_a_calm_day_everybody_passes():
    fund = strained(OF_FUND.unpaid - 1)
    assert let_through(fund, QUICK, tries=50) == (50, None)


def test_pages_that_nobody_pays_ask_for_work_or_a_minute():
    fund = strained()
    assert let_through(fund, WORKED, tries=50) == (50, None)
    passed, refused = let_through(fund, QUICK)
    assert (passed, refused.code, refused.facts["retry_after"]) == (0, "giving_limited", 56)
    passed, refused = let_through(fund, PATIENT, tries=SLOW + 1)
    assert (passed, refused.code) == (SLOW, "giving_limited")
    assert 0 < refused.facts["retry_after"] <= 3600


def test_another_fund_stays_as_it_was():
    strained()
    assert let_through(make_fund(), QUICK) == (1, None)


def test_what_is_paid_makes_room_so_that_a_flood_of_goodwill_trips_nothing():
    fund = strained(OF_FUND.unpaid + 4)
    for _ in range(3):
        make_paid(split=[(fund, 1)])
    assert let_through(fund, QUICK) == (1, None)


def test_declined_cards_ask_for_harder_work_and_let_few_pass():
    fund = tripped()
    assert bits_wanted(State.TRIPPED) == 9
    assert let_through(fund, WORKED)[1].code == "harder_riddle"
    passed, refused = let_through(fund, WORKED_HARD, tries=FAST + 1)
    assert (passed, refused.code) == (FAST, "giving_limited")
    assert let_through(fund, PATIENT) == (1, None)


def test_an_hour_later_it_is_over():
    fund = tripped()
    assert let_through(fund, QUICK, at=timezone.now() + timedelta(minutes=61)) == (1, None)


def test_a_programs_own_unpaid_pages_alone_are_held_against_it():
    fund = tripped()
    for number in range(CLIENTS_UNPAID + 5):
        DeclinedCharge.objects.create(charge=f"ch_more{number}", donation=Donation.objects.first(), at=timezone.now())
    for _ in range(CLIENTS_UNPAID):
        admit_client("client:1", at=timezone.now())
        make_donation(split=[(fund, 1)], by="client:1")
    with pytest.raises(Refusal) as refused:
        admit_client("client:1", at=timezone.now())
    assert (refused.value.code, refused.value.facts) == ("giving_limited", {"retry_after": 600})
    admit_client("client:2", at=timezone.now())
