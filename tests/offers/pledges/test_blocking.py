"""Blocked days: it cuts them out of what matching reads, puts them back, and touches nothing that is promised."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.matching.deeds import propose
from offers.models import Match, PledgeStatus
from offers.pledges import availability
from offers.pledges.availability import Days, cut, joined, stretched
from offers.pledges.blocking import block_days, unblock_days
from offers.pledges.editing import OPEN_TO_CHANGE
from tests.factories.needs import make_need
from tests.factories.pledges import make_pledge
from tests.killing import killed_at_each_statement

BY = "provider:pl_x"


@pytest.fixture
def day(at):
    """A day counted from today."""
    return lambda number: localdate(at) + timedelta(days=number)


def spans(pledge, day):
    pledge.refresh_from_db()
    return [((one.start - day(0)).days, (one.end - day(0)).days) for one in availability.read(pledge.availability)]


def test_it_cuts_days_out_and_puts_them_back(operator, at, day):
    pledge = make_pledge()
    block_days(pledge=pledge, start=day(10), end=day(20), by=BY, at=at)
    assert spans(pledge, day) == [(0, 10), (20, 180)]
    unblock_days(pledge=pledge, start=day(12), end=day(15), by=BY, at=at)
    assert spans(pledge, day) == [(0, 10), (12, 15), (20, 180)]
    unblock_days(pledge=pledge, start=day(5), end=day(30), by=BY, at=at)
    assert spans(pledge, day) == [(0, 180)]


def test_it_moves_the_ends_when_they_are_cut_or_stretched(operator, at, day):
    pledge = make_pledge()
    pledge = block_days(pledge=pledge, start=day(100), end=day(500), by=BY, at=at)
    assert (pledge.available_from, pledge.available_until) == (day(0), day(100))
    pledge = unblock_days(pledge=pledge, start=day(200), end=day(210), by=BY, at=at)
    assert (spans(pledge, day), pledge.available_until) == ([(0, 100), (200, 210)], day(210))


def test_it_does_once_what_is_asked_for_twice(operator, at, day):
    pledge = make_pledge()
    for _ in range(2):
        pledge = block_days(pledge=pledge, start=day(10), end=day(20), by=BY, at=at)
    assert pledge.version == 2
    for _ in range(2):
        pledge = unblock_days(pledge=pledge, start=day(10), end=day(20), by=BY, at=at)
    assert pledge.version == 3


def test_it_writes_the_names_of_what_changed_into_the_trail(operator, at, day):
    pledge = make_pledge()
    block_days(pledge=pledge, start=day(10), end=day(20), by=BY, at=at)
    entry = AuditEntry.objects.get(object_id=pledge.pk)
    assert (entry.actor, entry.action, entry.fields) == (BY, "pledge.edited", ["availability"])


def test_it_leaves_alone_what_is_promised(operator, at, day):
    pledge, need = make_pledge(units_total=2), make_need(operator)
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=operator, by="user:1", at=at)
    held = Match.objects.get()
    for start, end in ((held.starts_on, held.ends_on), (held.ends_on - timedelta(days=1), day(179))):
        with pytest.raises(Refusal) as refused:
            block_days(pledge=pledge, start=start, end=end, by=BY, at=at)
        assert refused.value.code == "live_hold"
    pledge = block_days(pledge=pledge, start=held.ends_on, end=held.ends_on + timedelta(days=5), by=BY, at=at)
    assert len(pledge.availability) == 2
    assert pledge.units_held == 1


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [(10, 10, "invalid_range"), (10, 5, "invalid_range"), (-9, 0, "in_the_past"), (-9, 400, "nothing_left")],
)
def test_it_refuses_what_makes_no_sense(operator, at, day, start, end, code):
    pledge = make_pledge()
    with pytest.raises(Refusal) as refused:
        block_days(pledge=pledge, start=day(start), end=day(end), by=BY, at=at)
    assert (refused.value.code, refused.value.field) == (code, "until")
    assert spans(pledge, day) == [(0, 180)]


def test_it_keeps_fifty_ranges_and_no_more(operator, at, day):
    pledge = make_pledge()
    for number in range(49):
        pledge = block_days(pledge=pledge, start=day(3 * number + 1), end=day(3 * number + 2), by=BY, at=at)
    with pytest.raises(Refusal) as refused:
        block_days(pledge=pledge, start=day(170), end=day(171), by=BY, at=at)
    assert refused.value.code == "too_many"


@pytest.mark.parametrize("deed", [block_days, unblock_days])
@pytest.mark.parametrize("status", [status for status in PledgeStatus.values if status not in OPEN_TO_CHANGE])
def test_it_is_refused_of_what_is_no_offer(operator, at, day, deed, status):
    pledge = make_pledge(status=status)
    with pytest.raises(Refusal) as refused:
        deed(pledge=pledge, start=day(10), end=day(20), by=BY, at=at)
    assert refused.value.code == "illegal_transition"


@pytest.mark.parametrize("deed", [block_days, unblock_days])
def test_it_is_done_whole_or_not_at_all(operator, at, day, deed):
    pledge = make_pledge()
    days = {"start": day(10), "end": day(200)}
    assert killed_at_each_statement(lambda: deed(pledge=pledge, by=BY, at=at, **days)) >= 3


def test_what_is_cut_out_stays_out_when_the_ends_move(at, day):
    ranges = cut([Days(day(0), day(100))], Days(day(10), day(20)))
    assert stretched(ranges, day(5), day(200)) == [Days(day(5), day(10)), Days(day(20), day(200))]
    assert stretched(ranges, day(12), day(15)) == []
    assert joined(ranges, Days(day(10), day(20))) == [Days(day(0), day(100))]
