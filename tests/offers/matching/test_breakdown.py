"""After a breakdown the need is looked after again: with its waiting time, from today on, and never with that host."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import transaction

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from offers.matching.deeds import accept, agree, confirm, expire_needs, propose
from offers.matching.deeds.moving import end, locked
from offers.matching.search import candidates
from offers.models import Match, MatchStatus, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
BROKE_DOWN = NOW + timedelta(days=40)  # the window began nine days after NOW and was a week long


@pytest.fixture
def match(ours: Organisation, theirs: Organisation) -> Match:
    """A match that both sides agreed to and a second person confirmed."""
    need, pledge = make_need(ours, expires_at=NOW + timedelta(days=16)), make_pledge(theirs)
    found = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)
    agree(match=found, organisation=ours, by="user:1", at=NOW)
    accept(match=found, organisation=theirs, by="user:2", at=NOW)
    return confirm(match=found, organisation=ours, by="user:3", at=NOW)


def breaks(match: Match, at: datetime, to: MatchStatus = MatchStatus.FAILED) -> Need:
    with transaction.atomic():
        end(locked(match), to=to, by="user:1", at=at, why="breakdown")
    return Need.objects.get(pk=match.need_id)


def fits(need: Need, at: datetime) -> set[str]:
    return {one.pledge.pk for one in candidates(need=need, today=at.date()).candidates}


def test_it_keeps_its_waiting_time_and_is_looked_for_from_today_on(match: Match) -> None:
    need = breaks(match, BROKE_DOWN)
    assert (need.status, need.opened_at) == ("open", match.need.opened_at)
    assert (need.window_from, need.window_until) == (BROKE_DOWN.date(), BROKE_DOWN.date() + timedelta(days=7))
    assert need.expires_at == datetime.combine(need.window_until, time(), tzinfo=UTC)
    assert expire_needs(BROKE_DOWN) == 0
    entry = AuditEntry.objects.get(action="need.reopened", object_id=need.pk)
    assert entry.fields == ["expires_at", "window_from", "window_until"]


def test_the_same_host_is_no_candidate_again_and_another_is(match: Match, theirs: Organisation) -> None:
    another = make_pledge(theirs, availability=[{"from": "2026-11-25", "until": "2027-08-01"}])
    Pledge.objects.filter(pk=match.pledge_id).update(available_until="2027-08-01", availability=another.availability)
    need = breaks(match, BROKE_DOWN)
    assert fits(need, BROKE_DOWN) == {another.pk}


def test_nor_is_it_for_another_need_of_the_same_household(match: Match, ours: Organisation) -> None:
    breaks(match, NOW)
    same, other = make_need(ours), make_need(ours, household=b"o" * 32)
    assert fits(same, NOW) == set()
    assert fits(other, NOW) == {match.pledge_id}


def test_a_match_called_off_leaves_the_days_as_they_are_while_they_lie_ahead(match: Match) -> None:
    before = Need.objects.get(pk=match.need_id)
    need = breaks(match, NOW + timedelta(days=1), MatchStatus.CANCELED)
    assert (need.window_from, need.window_until, need.expires_at) == (
        before.window_from,
        before.window_until,
        before.expires_at,
    )
    assert fits(need, NOW + timedelta(days=1)) == {match.pledge_id}
