"""Needs whose time is over, and the proposals about them."""

from datetime import timedelta

import pytest

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.outbox.registry import REPEATED
from offers.matching.deeds import accept, agree, confirm, expire_needs, propose
from offers.models import Match, Need
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(days=1)


@pytest.fixture
def match(ours: Organisation, theirs: Organisation) -> Match:
    need = make_need(ours, expires_at=SOON)
    return propose(need_id=need.pk, pledge_id=make_pledge(theirs).pk, organisation=ours, by="user:1", at=NOW)


def states(match: Match) -> tuple[str, str, int]:
    now = Match.objects.select_related("need", "pledge").get(pk=match.pk)
    return now.status, now.need.status, now.pledge.units_held


def test_it_ends_the_need_and_the_question_about_it_and_frees_the_units(match: Match) -> None:
    assert expire_needs(SOON - timedelta(seconds=1)) == 0
    assert expire_needs(SOON) == 1
    assert states(match) == ("expired", "expired", 0)
    assert [(row.new, row.why) for row in match.need.history.all()][-2:] == [
        ("open", "expired"),
        ("expired", "overdue"),
    ]
    assert match.history.order_by("pk").last().why == "need_expired"
    assert AuditEntry.objects.filter(action="need.expired", object_id=match.need_id, actor="system").count() == 1
    assert expire_needs(SOON) == 0


def test_it_ends_it_too_while_the_provider_is_asked(match: Match, ours: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=NOW)
    assert expire_needs(SOON) == 1
    assert states(match) == ("expired", "expired", 0)


def test_what_both_said_yes_to_goes_on(match: Match, ours: Organisation, theirs: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=NOW)
    accept(match=match, organisation=theirs, by="user:2", at=NOW)
    assert expire_needs(SOON + timedelta(days=1)) == 0
    confirm(match=match, organisation=ours, by="user:3", at=SOON + timedelta(days=1))
    assert expire_needs(SOON + timedelta(days=400)) == 0
    assert states(match) == ("confirmed", "matched", 1)


def test_it_ends_what_is_open_or_waits_for_its_second_person_and_no_draft(ours: Organisation) -> None:
    made = {state: make_need(ours, status=state, expires_at=SOON) for state in ("open", "in_review", "draft")}
    assert expire_needs(SOON) == 2
    found = {state: Need.objects.get(pk=need.pk).status for state, need in made.items()}
    assert found == {"open": "expired", "in_review": "expired", "draft": "draft"}


def test_it_runs_by_itself() -> None:
    assert "offers.matching.deeds.expire_needs" in {known.task for known in REPEATED.values()}
    assert expire_needs() == 0
