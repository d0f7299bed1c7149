"""A provider's record, and what one unsafe report does: everything of that provider stops, and two people clear it."""

import pytest

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.matching.deeds import complete, fail, propose, start
from offers.matching.deeds.failing import AGREED
from offers.matching.record import Record, records_of
from offers.models import Match, MatchStatus, Need, Pledge
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.killing import killed_at_each_statement
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
BLIND = b"b" * 32


def going(ours: Organisation, pledge: Pledge, status: str = "started") -> Match:
    """A match that has come that far."""
    need = make_need(ours)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)
    Match.objects.filter(pk=match.pk).update(status=status)
    Need.objects.filter(pk=need.pk).update(status="matched")
    match.refresh_from_db()
    return match


def failed(match: Match, organisation: Organisation, why: str = "breakdown") -> Match:
    return fail(match=match, organisation=organisation, by="user:1", at=NOW, why=why)


def test_it_counts_how_help_ended_by_offer_and_by_provider(ours: Organisation, theirs: Organisation) -> None:
    room, ride = (make_pledge(theirs, units_total=9, blind_email=BLIND) for _ in range(2))
    make_pledge(ours, blind_email=BLIND)
    complete(match=going(ours, room), organisation=ours, by="user:1", at=NOW)
    failed(going(ours, room), ours, "no_show")
    failed(going(ours, ride), ours)
    assert records_of(room) == (Record(completed=1, no_show=1), Record(completed=1, no_show=1, breakdown=1))
    room.refresh_from_db()
    assert (room.placements_completed, room.placements_failed, room.units_held) == (1, 1, 0)
    assert records_of(make_pledge(theirs)) == (Record(), Record())


def test_an_unsafe_report_stops_everything_of_the_provider_and_nothing_else(
    ours: Organisation, theirs: Organisation
) -> None:
    room, ride, gone = (make_pledge(theirs, units_total=2, blind_email=BLIND) for _ in range(3))
    Pledge.objects.filter(pk=gone.pk).update(status="withdrawn")
    another, elsewhere = make_pledge(theirs, blind_email=b"c" * 32), make_pledge(ours, blind_email=BLIND)
    waiting = [going(ours, room, "proposed"), going(ours, ride, "proposed")]
    failed(going(ours, room), ours, "unsafe")
    states = {pledge.pk: Pledge.objects.get(pk=pledge.pk).status for pledge in (room, ride, gone, another, elsewhere)}
    assert list(states.values()) == ["suspended", "suspended", "withdrawn", "active", "active"]
    assert {Match.objects.get(pk=match.pk).status for match in waiting} == {"canceled"}
    assert {need.status for need in Need.objects.all()} == {"open"}


def test_an_offer_without_an_address_stops_alone(ours: Organisation, theirs: Organisation) -> None:
    room, other = make_pledge(theirs), make_pledge(theirs)
    failed(going(ours, room), ours, "unsafe")
    assert Pledge.objects.get(pk=room.pk).status == "suspended"
    assert Pledge.objects.get(pk=other.pk).status == "active"


@pytest.mark.parametrize("status", sorted({*MatchStatus.values} - {*AGREED, MatchStatus.FAILED}))
def test_only_what_both_sides_agreed_to_can_fail(ours: Organisation, theirs: Organisation, status: str) -> None:
    match = going(ours, make_pledge(theirs), status)
    with pytest.raises(Refusal) as refused:
        failed(match, ours, "unsafe")
    assert refused.value.code == "illegal_transition"
    assert "failed" not in refused.value.facts["legal"]
    assert Pledge.objects.get(pk=match.pledge_id).status == "active"


@pytest.mark.parametrize("deed", [start, complete])
def test_help_starts_and_ends_in_turn(ours: Organisation, theirs: Organisation, deed: object) -> None:
    match = going(ours, make_pledge(theirs), "confirmed")
    with pytest.raises(Refusal) as refused:
        deed(match=match, organisation=ours, by="user:1", at=NOW)  # type: ignore[operator]
    assert refused.value.code == "illegal_transition"
    Match.objects.filter(pk=match.pk).update(status="contact_disclosed", frozen=True)
    with pytest.raises(Refusal) as refused:
        start(match=match, organisation=ours, by="user:1", at=NOW)
    assert refused.value.code == "frozen"


def test_help_that_is_given_is_told_by_the_needs_owner_alone(ours: Organisation, theirs: Organisation) -> None:
    match = going(ours, make_pledge(theirs), "contact_disclosed")
    for deed in (start, complete):
        with pytest.raises(Refusal) as refused:
            deed(match=match, organisation=theirs, by="user:2", at=NOW)
        assert refused.value.code == "not_your_side"
    with pytest.raises(Refusal) as refused:
        failed(match, theirs)
    assert refused.value.code == "not_your_side"
    start(match=match, organisation=ours, by="user:1", at=NOW)
    complete(match=match, organisation=ours, by="user:1", at=NOW)
    assert (Match.objects.get().status, Need.objects.get().status) == ("completed", "fulfilled")


def test_it_is_whole_or_nothing_wherever_it_is_killed(ours: Organisation, theirs: Organisation) -> None:
    room, ride = (make_pledge(theirs, units_total=3, blind_email=BLIND) for _ in range(2))
    going(ours, ride, "proposed")
    done, unsafe = going(ours, room), going(ours, room)
    killed_at_each_statement(lambda: complete(match=done, organisation=ours, by="user:1", at=NOW))
    killed_at_each_statement(lambda: failed(unsafe, ours, "unsafe"))


def test_done_twice_it_changes_nothing(ours: Organisation, theirs: Organisation) -> None:
    match = going(ours, make_pledge(theirs))
    failed(match, ours, "no_show")
    failed(match, ours, "unsafe")
    pledge = Pledge.objects.get()
    assert (pledge.status, pledge.placements_failed) == ("active", 1)


def test_the_console_says_it_and_those_who_check_see_it(operator: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(operator)
    match = going(operator, pledge)
    worker = console_client(make_member(operator, "caseworker"))
    path = f"/console/matches/{match.pk}/"
    assert "It was not safe" in worker.get(path).content.decode()
    worker.post(f"{path}fail/", {"reason": "made_up"})
    assert Match.objects.get().status == "started"
    worker.post(f"{path}fail/", {"reason": "unsafe"})
    assert Match.objects.get().status == "failed"
    page = console_client(make_member(operator, "coordinator")).get(f"/console/pledges/{pledge.pk}/").content.decode()
    assert "1 report that it was not safe" in page
