"""What the database refuses even when no deed asks for it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kernel.accounts.models import Organisation
from offers.models import Hold, Match, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db


def make_match(ours: Organisation, pledge: Pledge, **traits: object) -> Match:
    values = {"status": "proposed", "starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 9), "score": 0} | traits
    values.setdefault("need", make_need(ours))
    return Match.objects.create(pledge=pledge, created_at=NOW, updated_at=NOW, **values)


def hold(match: Match, unit: int, start: date, end: date, *, live: bool = True) -> Hold:
    with transaction.atomic():
        return Hold.objects.create(match=match, pledge=match.pledge, unit=unit, starts_on=start, ends_on=end, live=live)


def test_it_refuses_two_live_holds_of_one_unit_on_one_day(ours: Organisation, theirs: Organisation) -> None:
    match = make_match(ours, make_pledge(theirs, units_total=2))
    hold(match, 1, date(2026, 12, 1), date(2026, 12, 9))
    with pytest.raises(IntegrityError, match="offers_hold_no_overlap"):
        hold(match, 1, date(2026, 12, 8), date(2026, 12, 20))
    hold(match, 1, date(2026, 12, 9), date(2026, 12, 20))
    hold(match, 2, date(2026, 12, 8), date(2026, 12, 20))
    over = hold(match, 1, date(2026, 12, 2), date(2026, 12, 3), live=False)
    hold(make_match(ours, make_pledge(theirs)), 1, date(2026, 12, 1), date(2026, 12, 9))
    with pytest.raises(IntegrityError, match="offers_hold_no_overlap"), transaction.atomic():
        Hold.objects.filter(pk=over.pk).update(live=True)


def test_it_refuses_a_second_live_match_of_one_need(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    make_match(ours, make_pledge(theirs), need=need, status="canceled")
    make_match(ours, make_pledge(theirs), need=need, status="started")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_match(ours, make_pledge(theirs), need=need)


def test_it_refuses_more_units_held_than_there_are(theirs: Organisation) -> None:
    pledge = make_pledge(theirs)
    with pytest.raises(IntegrityError, match="offers_pledge_held_within_total"), transaction.atomic():
        Pledge.objects.filter(pk=pledge.pk).update(units_held=2)
