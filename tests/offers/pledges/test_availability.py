"""Days: it sorts, joins, and refuses what is no range."""

from datetime import date

import pytest

from kernel.states import Refusal
from offers.pledges.availability import Days, columns, normalised, read


def span(start: str, end: str) -> dict[str, str]:
    return {"from": start, "until": end}


def test_it_sorts_the_ranges():
    days = normalised([span("2027-03-01", "2027-04-01"), span("2027-01-01", "2027-02-01")])
    assert [one.start for one in days] == [date(2027, 1, 1), date(2027, 3, 1)]


def test_it_makes_one_of_ranges_that_overlap_or_touch():
    days = normalised(
        [span("2027-01-01", "2027-02-01"), span("2027-02-01", "2027-02-10"), span("2027-01-15", "2027-01-20")]
    )
    assert days == [Days(date(2027, 1, 1), date(2027, 2, 10))]


def test_it_keeps_apart_what_leaves_a_day_between():
    assert len(normalised([span("2027-01-01", "2027-02-01"), span("2027-02-02", "2027-02-10")])) == 2


@pytest.mark.parametrize(
    ("ranges", "code"),
    [
        ([], "required"),
        ([span("2027-01-01", "2027-01-01")], "invalid_range"),
        ([span("2027-01-02", "2027-01-01")], "invalid_range"),
        ([span("someday", "2027-01-01")], "invalid"),
        ([{"from": None, "until": "2027-01-01"}], "invalid"),
        ([span(f"2027-01-{day:02}", "2028-01-01") for day in range(1, 27)] * 2, "too_many"),
    ],
)
def test_it_refuses_what_is_no_range(ranges, code):
    with pytest.raises(Refusal) as refused:
        normalised(ranges)
    assert (refused.value.code, refused.value.field) == (code, "availability")


def test_it_reads_back_what_it_wrote():
    days = normalised([span("2027-01-01", "2027-02-01"), span("2027-03-01", "2027-04-01")])
    written = columns(days)
    assert read(written["availability"]) == days
    assert (written["available_from"], written["available_until"]) == (date(2027, 1, 1), date(2027, 4, 1))
