"""Days that are agreed on are held, and no others; whoever wants a day that is taken is told."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.matching.deeds import propose, settle_days, start
from offers.models import Hold, Match, Pledge
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.offers.matching.rows import NOW, make_need, make_pledge
from tests.offers.matching.test_reporting import going, reported

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(theirs: Organisation) -> Pledge:
    return make_pledge(theirs)


@pytest.fixture
def match(ours: Organisation, room: Pledge) -> Match:
    return going(ours, room)


def settled(match: Match, by: Organisation, **words: Any) -> Match:
    words = {"start": match.need.window_from + timedelta(days=2), "by": "user:1", "at": NOW, **words}
    return settle_days(match=match, organisation=by, **words)


def refused(match: Match, by: Organisation, **words: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        settled(match, by, **words)
    return refusal.value.code


def held(match: Match) -> list[tuple[Any, Any]]:
    return list(Hold.objects.filter(match=match, live=True).values_list("starts_on", "ends_on"))


def test_it_holds_the_stay_from_that_day_and_gives_back_the_others(
    ours: Organisation, match: Match, room: Pledge
) -> None:
    day = match.need.window_from + timedelta(days=2)
    assert held(settled(match, ours)) == [(day, day + timedelta(days=30))]
    assert (Match.objects.get().starts_on, Match.objects.get().version) == (day, match.version + 1)
    assert settled(match, ours).version == match.version + 1
    entry = AuditEntry.objects.get(action="match.days_settled")
    assert (entry.object_id, entry.fields) == (match.pk, ["from", "until"])
    after = make_need(ours, window_from=day + timedelta(days=30), window_until=day + timedelta(days=35))
    assert propose(need_id=after.pk, pledge_id=room.pk, organisation=ours, by="user:1", at=NOW).status == "proposed"
    assert refused(match, ours, start=day + timedelta(days=3), end=day + timedelta(days=40)) == "capacity_taken"
    assert held(match) == [(day, day + timedelta(days=30))]


def test_the_first_day_is_one_of_the_window_and_the_days_are_offered(ours: Organisation, match: Match) -> None:
    window = match.need
    assert refused(match, ours, start=window.window_until) == "start_outside_window"
    assert refused(match, ours, end=window.window_from) == "invalid_range"
    assert refused(match, ours, end=window.window_from + timedelta(days=300)) == "not_offered"


def test_it_is_for_the_needs_owner_while_the_match_is_live(ours: Organisation, theirs: Organisation) -> None:
    match = going(ours, make_pledge(theirs))
    assert refused(match, theirs) == "not_your_side"
    Match.objects.filter(pk=match.pk).update(status="canceled")
    assert refused(match, ours) == "illegal_transition"
    Match.objects.filter(pk=match.pk).update(status="proposed")
    reported(match, ours)
    assert refused(match, ours) == "frozen"


def test_help_that_begins_holds_its_stay_and_no_day_more(ours: Organisation, room: Pledge) -> None:
    match = going(ours, room, "contact_disclosed")
    began = NOW + timedelta(days=11)
    start(match=match, organisation=ours, by="user:1", at=began)
    assert held(match) == [(began.date(), began.date() + timedelta(days=30))]
    until = began.date() + timedelta(days=44)
    match.refresh_from_db()
    settled(match, ours, start=began.date(), end=until, at=began)
    assert held(match) == [(began.date(), until)]
    assert refused(match, ours, start=began.date() + timedelta(days=1)) == "start_outside_window"
    later = began + timedelta(days=5)
    over = {"start": began.date(), "end": later.date(), "at": later}
    assert refused(match, ours, **over) == "invalid_range"


def test_help_that_begins_before_its_first_day_keeps_what_was_held(ours: Organisation, room: Pledge) -> None:
    match = going(ours, room, "contact_disclosed")
    before = held(match)
    start(match=match, organisation=ours, by="user:1", at=NOW)
    assert held(match) == before


def test_the_page_of_the_match_takes_the_days(ours: Organisation, match: Match) -> None:
    browser, path = console_client(make_member(ours)), f"/console/matches/{match.pk}/"
    assert "Agree on the days" in browser.get(path).content.decode()
    day = match.need.window_from + timedelta(days=1)
    wrong = browser.post(f"{path}days/", {"start": "soon"}, follow=True).content.decode()
    assert "Write each day as in the field." in wrong
    assert "Only these days are held now." in browser.post(f"{path}days/", {"start": day}, follow=True).content.decode()
    assert held(match) == [(day, day + timedelta(days=30))]
