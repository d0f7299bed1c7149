"""Who has to be placed again stands first, with the reason; who lost a place is urgent at once."""

from datetime import timedelta
from typing import Any

import pytest

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.matching.deeds import cancel, decline, expire_overdue, fail, propose, stop_pledge
from offers.matching.replacing import place_again
from offers.matching.search import candidates
from offers.models import Match, Need
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
BEGUN = {"window_from": NOW.date(), "window_until": NOW.date() + timedelta(days=7)}
LONG = [{"from": "2026-11-01", "until": "2027-09-01"}]


def proposed(need_of: Organisation, pledge_of: Organisation, status: str = "proposed", **traits: Any) -> Match:
    need = make_need(need_of, **{**BEGUN, **traits})
    pledge = make_pledge(pledge_of, availability=LONG)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need_of, by="user:1", at=NOW)
    if status != "proposed":
        Match.objects.filter(pk=match.pk).update(status=status)
        Need.objects.filter(pk=need.pk).update(status="matched")
        match.refresh_from_db()
    return match


def told(organisation: Organisation) -> list[tuple[str, str, str, bool]]:
    return [(one.need.pk, one.ended, one.why, one.had_begun) for one in place_again(organisation, NOW)]


def test_it_names_every_end_but_the_good_one(ours: Organisation, theirs: Organisation) -> None:
    who: dict[str, Any] = {"by": "user:2", "at": NOW}
    declined, withdrawn, late = (proposed(ours, theirs) for _ in range(3))
    broken = proposed(ours, theirs, "started")
    ended, here = proposed(ours, theirs, "started"), proposed(ours, theirs)
    decline(match=declined, organisation=theirs, why="occupied", **who)
    cancel(match=withdrawn, organisation=theirs, why="changed_plans", **who)
    Match.objects.filter(pk=late.pk).update(hold_expires_at=NOW)
    assert expire_overdue(NOW) == 1
    fail(match=broken, organisation=ours, why="breakdown", **who)
    Match.objects.filter(pk=ended.pk).update(status="completed")
    Need.objects.filter(pk=ended.need_id).update(status="fulfilled")
    assert told(ours)[0] == (broken.need_id, "failed", "breakdown", True)
    assert sorted(told(ours)[1:]) == sorted(
        [
            (declined.need_id, "declined_by_provider", "occupied", False),
            (withdrawn.need_id, "canceled", "changed_plans", False),
            (late.need_id, "expired", "no_answer", False),
        ]
    )
    assert told(theirs) == []
    assert here.need_id not in {one[0] for one in told(ours)}


def test_it_waits_in_the_list_what_is_neither_pressing_nor_due(ours: Organisation, theirs: Organisation) -> None:
    ahead = {"window_from": NOW.date() + timedelta(days=9), "window_until": NOW.date() + timedelta(days=16)}
    calm, pressing = proposed(ours, theirs, **ahead), proposed(ours, theirs, **ahead, urgency="emergency")
    for match in (calm, pressing):
        decline(match=match, organisation=theirs, by="user:2", at=NOW)
    assert [one[0] for one in told(ours)] == [pressing.need_id]


def test_what_we_called_off_ourselves_is_no_surprise_unless_the_offer_went(
    ours: Organisation, theirs: Organisation
) -> None:
    match, gone = proposed(ours, theirs), proposed(ours, theirs)
    caseworker = make_member(ours).user.actor
    cancel(match=match, organisation=ours, by=caseworker, at=NOW)
    stop_pledge(pledge=gone.pledge, by="user:9", at=NOW, why="unreachable")
    assert [one[0] for one in told(ours)] == [gone.need_id]


def test_the_most_pressing_and_longest_waiting_stand_first(ours: Organisation, theirs: Organisation) -> None:
    long_ago = NOW - timedelta(days=300)
    last, first, second = (
        proposed(ours, theirs),
        proposed(ours, theirs, urgency="urgent", opened_at=long_ago),
        proposed(ours, theirs, urgency="urgent"),
    )
    for match in (last, second, first):
        decline(match=match, organisation=theirs, by="user:2", at=NOW)
    assert [one[0] for one in told(ours)] == [first.need_id, second.need_id, last.need_id]


def test_it_asks_as_often_for_many(ours: Organisation, theirs: Organisation, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        decline(match=proposed(ours, theirs), organisation=theirs, by="user:2", at=NOW)
    with django_assert_num_queries(3):
        assert len(place_again(ours, NOW)) == 4


@pytest.mark.parametrize("urgency", ["urgent", "emergency"])
def test_who_lost_a_place_is_urgent_at_once_and_is_looked_for(
    ours: Organisation, theirs: Organisation, urgency: str
) -> None:
    match = proposed(ours, theirs, "started")
    another = make_pledge(theirs, availability=LONG)
    fail(match=match, organisation=ours, by="user:1", at=NOW, why="breakdown", urgency=urgency)
    need = Need.objects.get()
    assert (need.status, need.urgency, need.opened_at) == ("open", urgency, match.need.opened_at)
    assert [one.pledge.pk for one in candidates(need=need, today=NOW.date()).candidates] == [another.pk]
    entry = AuditEntry.objects.get(action="need.urgency_raised")
    assert (entry.actor, entry.object_id, entry.fields) == ("user:1", need.pk, ["urgency"])


@pytest.mark.parametrize(
    ("status", "urgency", "code"),
    [
        ("confirmed", "urgent", "not_begun"), ("contact_disclosed", "emergency", "not_begun"),
        ("started", "soon", "invalid_choice"), ("started", "at once", "invalid_choice"),
    ],
)  # fmt: skip
def test_nobody_raises_it_otherwise(
    ours: Organisation, theirs: Organisation, status: str, urgency: str, code: str
) -> None:
    match = proposed(ours, theirs, status)
    with pytest.raises(Refusal) as refused:
        fail(match=match, organisation=ours, by="user:1", at=NOW, why="no_show", urgency=urgency)
    assert (refused.value.code, refused.value.field) == (code, "urgency")
    assert Match.objects.get().status == status


def test_it_is_never_lowered(ours: Organisation, theirs: Organisation) -> None:
    match = proposed(ours, theirs, "started", urgency="emergency")
    with pytest.raises(Refusal):
        fail(match=match, organisation=ours, by="user:1", at=NOW, why="no_show", urgency="urgent")


def test_the_pages_lead_there(ours: Organisation, theirs: Organisation) -> None:
    match = proposed(ours, theirs, "started")
    browser = console_client(make_member(ours))
    assert "Place again" not in browser.get("/console/needs/").content.decode()
    path = f"/console/matches/{match.pk}/"
    assert "Is the person without help now?" in browser.get(path).content.decode()
    browser.post(f"{path}fail/", {"reason": "breakdown", "urgency": "emergency"})
    assert Need.objects.get().urgency == "emergency"
    page = browser.get("/console/needs/").content.decode()
    assert "Place again" in page
    assert "It broke down" in page
    assert f"/console/needs/{match.need_id}/candidates/" in page
    assert "Place again" not in browser.get("/console/needs/?status=open").content.decode()
