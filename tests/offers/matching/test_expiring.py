from datetime import timedelta

import pytest

from kernel.accounts.models import Organisation
from kernel.outbox.registry import REPEATED
from offers.matching.deeds import accept, agree, expire_overdue, propose
from offers.models import Match
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def match(ours: Organisation, theirs: Organisation) -> Match:
    need, pledge = make_need(ours), make_pledge(theirs)
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)


def test_it_gives_the_units_back_after_five_days(match: Match) -> None:
    assert expire_overdue(NOW + timedelta(days=5, seconds=-1)) == 0
    assert expire_overdue(NOW + timedelta(days=5)) == 1
    now = Match.objects.select_related("need", "pledge").get(pk=match.pk)
    assert (now.status, now.need.status, now.pledge.units_held) == ("expired", "open", 0)
    assert [(row.new, row.by, row.why) for row in match.history.all()][-1] == ("expired", "system", "no_answer")
    assert expire_overdue(NOW + timedelta(days=6)) == 0


def test_it_counts_anew_once_the_person_agreed(match: Match, ours: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=NOW + timedelta(days=4))
    assert expire_overdue(NOW + timedelta(days=8)) == 0
    assert expire_overdue(NOW + timedelta(days=9)) == 1


def test_it_never_ends_what_both_said_yes_to(match: Match, ours: Organisation, theirs: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=NOW)
    accept(match=match, organisation=theirs, by="user:2", at=NOW)
    assert expire_overdue(NOW + timedelta(days=400)) == 0


def test_it_runs_by_itself(match: Match) -> None:
    assert "offers.matching.deeds.expire_overdue" in {known.task for known in REPEATED.values()}
    assert expire_overdue() in (0, 1)
