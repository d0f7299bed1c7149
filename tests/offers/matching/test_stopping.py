"""Stopping an offer: every hold is free at once, every owner is told, and nobody slips in meanwhile."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.outbox.models import OutboxRow
from kernel.states import Refusal
from offers.matching.deeds import cancel, propose, stop_pledge, turn_down_pledge
from offers.matching.telling import FREED_MAIL, freed_lately
from offers.models import Hold, Match, Need, Pledge
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.killing import killed_at_each_statement
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge
from tests.offers.matching.test_race import all_at_once, proposal
from tests.offers.pages.visitor import deliver

BY = "user:9"


def stopped(pledge: Pledge) -> Pledge:
    return stop_pledge(pledge=pledge, by=BY, at=NOW, why="safety_report")


def proposed(need: Need, pledge: Pledge) -> Match:
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:1", at=NOW)


def test_it_frees_every_hold_and_opens_every_need_with_its_waiting_time(
    ours: Organisation, theirs: Organisation
) -> None:
    pledge = make_pledge(theirs, units_total=3)
    needs = [make_need(ours), make_need(theirs)]
    since = [need.opened_at for need in needs]
    for need in needs:
        proposed(need, pledge)
    pledge = stopped(pledge)
    assert (pledge.status, pledge.verified_features, pledge.vetting_valid_until) == ("suspended", [], None)
    assert Pledge.objects.get(pk=pledge.pk).units_held == 0
    assert not Hold.objects.filter(live=True).exists()
    again = [Need.objects.get(pk=need.pk) for need in needs]
    assert [(need.status, need.opened_at) for need in again] == [("open", moment) for moment in since]


def test_it_cannot_be_proposed_afterwards(ours: Organisation, theirs: Organisation) -> None:
    pledge = stopped(make_pledge(theirs))
    with pytest.raises(Refusal) as refused:
        proposed(make_need(ours), pledge)
    assert refused.value.code == "unknown_reference"


def test_it_writes_to_everyone_who_works_with_the_needs_of_the_owner(ours: Organisation, theirs: Organisation) -> None:
    worker, coordinator = make_member(ours, "caseworker"), make_member(ours, "coordinator")
    make_member(ours, "finance"), make_member(theirs, "caseworker")
    gone = make_member(ours, "caseworker")
    pledge, need = make_pledge(theirs), make_need(ours)
    proposed(need, pledge)
    stopped(pledge)
    type(gone).objects.filter(pk=gone.pk).update(left_at=timezone.now())
    deliver()
    assert {to for sent in mail.outbox for to in sent.to} == {worker.user.email, coordinator.user.email}
    for sent in mail.outbox:
        assert not {need.pk, pledge.pk, "safety", "offer", "host"} & set(f"{sent.subject} {sent.body}".split())
        assert "/console/matches/" in sent.body


def test_it_says_so_on_the_owners_page_of_matches_alone(ours: Organisation, theirs: Organisation) -> None:
    pledge, need = make_pledge(theirs), make_need(ours)
    proposed(need, pledge)
    stop_pledge(pledge=pledge, by=BY, at=timezone.now(), why="safety_report")
    page = console_client(make_member(ours, "caseworker")).get("/console/matches/").content.decode()
    assert "The offer was stopped for safety." in page
    assert need.pk in page
    assert pledge.pk not in page
    assert "stopped" not in console_client(make_member(theirs, "caseworker")).get("/console/matches/").content.decode()


def test_it_says_when_help_had_begun(ours: Organisation, theirs: Organisation) -> None:
    pledge, need = make_pledge(theirs), make_need(ours)
    match = proposed(need, pledge)
    Match.objects.filter(pk=match.pk).update(status="started")
    Need.objects.filter(pk=need.pk).update(status="matched")
    stopped(pledge)
    (freed,) = freed_lately(ours, NOW)
    assert (freed.match.pk, freed.stopped, freed.had_begun) == (match.pk, True, True)
    assert freed_lately(ours, NOW + timedelta(days=15)) == []


def test_it_does_not_take_a_match_called_off_by_hand_for_one(ours: Organisation, theirs: Organisation) -> None:
    pledge, need = make_pledge(theirs), make_need(ours)
    cancel(match=proposed(need, pledge), organisation=ours, by="user:1", at=NOW - timedelta(hours=1))
    stopped(pledge)
    assert freed_lately(ours, NOW) == []


def test_a_refused_offer_lets_go_too(ours: Organisation, theirs: Organisation) -> None:
    pledge, need = make_pledge(theirs), make_need(ours)
    proposed(need, pledge)
    Pledge.objects.filter(pk=pledge.pk).update(status="vetting")
    turn_down_pledge(pledge=pledge, by=BY, at=NOW, why="checks_failed")
    need.refresh_from_db()
    assert need.status == "open"
    assert [one.stopped for one in freed_lately(ours, NOW)] == [False]


@pytest.mark.parametrize("status", ["draft", "submitted", "rejected", "withdrawn", "expired", "suspended", "erased"])
def test_what_cannot_be_stopped_keeps_its_matches(ours: Organisation, theirs: Organisation, status: str) -> None:
    pledge, need = make_pledge(theirs), make_need(ours)
    proposed(need, pledge)
    Pledge.objects.filter(pk=pledge.pk).update(status=status)
    with pytest.raises(Refusal) as refused:
        stopped(pledge)
    assert refused.value.code == "illegal_transition"
    assert Hold.objects.filter(live=True).count() == 1
    assert not OutboxRow.objects.filter(kind=FREED_MAIL).exists()


def test_it_is_whole_or_nothing_wherever_it_is_killed(ours: Organisation, theirs: Organisation) -> None:
    make_member(ours, "caseworker")
    pledge = make_pledge(theirs, units_total=2)
    for _ in range(2):
        proposed(make_need(ours), pledge)
    killed_at_each_statement(lambda: stopped(pledge))
    assert Match.objects.filter(status="canceled").count() == 2
    assert OutboxRow.objects.filter(kind=FREED_MAIL).count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_leaves_nothing_held_however_many_propose_at_that_moment() -> None:
    ours, theirs = make_organisation("Ours"), make_organisation("Theirs")
    house = make_pledge(theirs, units_total=8)
    needs = [make_need(ours) for _ in range(8)]
    for need in needs[:3]:
        proposed(need, house)
    outcomes = all_at_once([*(proposal(need, house, ours) for need in needs[3:]), lambda: stopped(house)])
    assert sum(outcomes.values()) == 6
    assert set(outcomes) <= {"done", "unknown_reference"}
    house.refresh_from_db()
    assert (house.status, house.units_held) == ("suspended", 0)
    assert not Hold.objects.filter(live=True).exists()
    assert {need.status for need in Need.objects.all()} == {"open"}
    assert not Match.objects.live().exists()
