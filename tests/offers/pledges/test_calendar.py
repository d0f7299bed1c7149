"""The calendar: it says of every day what the rules say of it, in one query, however many are with the host."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils.timezone import localdate
from hypothesis import given, settings
from hypothesis import strategies as st

from offers.matching.facts import HeldUnit, PledgeFacts, Span
from offers.matching.models import Hold
from offers.models import Match
from offers.pledges.calendar import DayState, days_of, held_by, month_of
from offers.pledges.capacity import busy_units, free_units
from tests.factories.pledges import make_pledge
from tests.offers.matching.rows import make_need

FIRST = date(2027, 1, 1)
spans = st.builds(
    lambda unit, start, length: (unit, (FIRST + timedelta(start), FIRST + timedelta(start + length))),
    st.integers(1, 4),
    st.integers(0, 20),
    st.integers(1, 10),
)


@given(st.lists(spans, max_size=8), st.integers(0, 25), st.integers(1, 12))
@settings(max_examples=200, deadline=None)
def test_it_counts_as_one_would_day_by_day(held, start, length):
    first, last = FIRST + timedelta(start), FIRST + timedelta(start + length)
    taken = {
        unit for number in range(length) for unit, (begin, end) in held if begin <= first + timedelta(number) < end
    }
    assert busy_units(held, first, last) == taken
    assert free_units(4, held, first, last) == 4 - len(taken)


def test_matching_counts_with_the_same_count():
    facts = SimpleNamespace(held=(HeldUnit(1, Span(FIRST, FIRST + timedelta(5))),), units_total=3)
    days = Span(FIRST, FIRST + timedelta(1))
    assert PledgeFacts.free_units(facts, days) == free_units(3, facts.held, *days) == 2


@pytest.fixture
def pledge(operator, at):
    """Three rooms for sixty days, ten of them blocked; one is promised for a week, all are for a day of it."""
    today = localdate(at)
    day = lambda number: today + timedelta(days=number)  # noqa: E731
    ranges = [(0, 20), (30, 60)]
    pledge = make_pledge(
        units_total=3,
        units_held=3,
        availability=[{"from": f"{day(start)}", "until": f"{day(end)}"} for start, end in ranges],
        available_until=day(60),
    )
    match = Match.objects.create(
        need=make_need(operator), pledge=pledge, status="confirmed", starts_on=day(2), ends_on=day(9), score=1,
        created_at=at, updated_at=at,
    )  # fmt: skip
    for unit, start, end in ((1, 2, 9), (2, 5, 6), (3, 5, 6)):
        Hold.objects.create(match=match, pledge=pledge, unit=unit, starts_on=day(start), ends_on=day(end))
    Hold.objects.create(match=match, pledge=pledge, unit=2, starts_on=day(12), ends_on=day(13), live=False)
    return pledge


def test_it_says_of_each_day_what_it_is(pledge, at, django_assert_num_queries):
    today = localdate(at)
    with django_assert_num_queries(1):
        days = days_of(pledge, today - timedelta(days=1), today + timedelta(days=62), today=today)
    said = {(day.day - today).days: (day.state, day.free) for day in days}
    assert said[-1] == (DayState.OVER, 0)
    assert said[1] == said[9] == said[12] == (DayState.FREE, 3)
    assert said[2] == said[4] == said[8] == (DayState.PARTLY, 2)
    assert said[5] == (DayState.PROMISED, 0)
    assert said[20] == said[29] == (DayState.BLOCKED, 0)
    assert said[59] == (DayState.FREE, 3)
    assert said[60] == (DayState.OUTSIDE, 0)
    assert len(held_by(pledge, today, today + timedelta(days=2))) == 0


def test_its_months_are_whole_weeks_and_lead_no_further_than_they_should(pledge, at):
    today = localdate(at)
    month = month_of(pledge, today, today=today)
    assert all(len(week) == 7 for week in month.weeks)
    assert month.before is None
    assert month.after is not None
    far = month_of(pledge, date(9999, 12, 31), today=today)
    assert (far.after, far.first.year) == (None, today.year + 5)
    assert month_of(pledge, date(1, 1, 1), today=today).first == today.replace(day=1)
