from datetime import timedelta

import pytest

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.matching.deeds import accept, agree, cancel, confirm, decline, propose, still_proposed
from offers.models import Match
from tests.offers.matching.rows import NOW, make_need, make_pledge

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def match(ours: Organisation, theirs: Organisation) -> Match:
    need, pledge = make_need(ours), make_pledge(theirs)
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=ours, by="user:1", at=NOW)


def fresh(match: Match) -> Match:
    return Match.objects.select_related("need", "pledge").get(pk=match.pk)


def test_it_asks_the_person_first_and_gives_the_provider_time_of_its_own(match: Match, ours: Organisation) -> None:
    agreed = agree(match=match, organisation=ours, by="user:1", at=LATER)
    assert (agreed.status, agreed.hold_expires_at, agreed.version) == ("person_agreed", LATER + timedelta(days=5), 2)


def test_it_keeps_the_hold_once_both_said_yes(match: Match, ours: Organisation, theirs: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=LATER)
    accepted = accept(match=match, organisation=theirs, by="client:x", at=LATER)
    assert (accepted.status, accepted.hold_expires_at) == ("provider_accepted", None)
    assert accepted.holds.get().live
    assert [(row.old, row.new, row.by) for row in match.history.all()] == [
        ("", "proposed", "user:1"),
        ("proposed", "person_agreed", "user:1"),
        ("person_agreed", "provider_accepted", "client:x"),
    ]
    assert list(AuditEntry.objects.filter(object_id=match.pk).order_by("pk").values_list("action", flat=True)) == [
        "match.proposed", "match.person_agreed", "match.provider_accepted",
    ]  # fmt: skip


def test_it_does_not_ask_the_provider_before_the_person_agreed(match: Match, theirs: Organisation) -> None:
    with pytest.raises(Refusal) as refused:
        accept(match=match, organisation=theirs, by="user:2", at=LATER)
    assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", "proposed")


def test_it_changes_nothing_when_repeated(match: Match, ours: Organisation, theirs: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:1", at=LATER)
    accept(match=match, organisation=theirs, by="user:2", at=LATER)
    before = fresh(match)
    for again in (
        still_proposed(match=before, organisation=ours),
        agree(match=match, organisation=ours, by="user:1", at=LATER + timedelta(days=1)),
        accept(match=match, organisation=theirs, by="user:2", at=LATER + timedelta(days=1)),
    ):
        assert (again.status, again.version, again.updated_at) == ("provider_accepted", before.version, LATER)
    assert match.history.count() == 3


@pytest.mark.parametrize(("side", "status"), [("person", "declined_by_person"), ("provider", "declined_by_provider")])
def test_it_opens_the_need_again_with_its_waiting_time(
    match: Match, ours: Organisation, theirs: Organisation, side: str, status: str
) -> None:
    opened_at = match.need.opened_at
    organisation = ours if side == "person" else theirs
    declined = decline(match=match, organisation=organisation, by="user:3", at=LATER, why="too_far")
    assert (declined.status, declined.hold_expires_at) == (status, None)
    now = fresh(match)
    assert (now.need.status, now.need.opened_at) == ("open", opened_at)
    assert now.pledge.units_held == 0
    assert not match.holds.filter(live=True).exists()
    assert match.history.last().why == "too_far"  # type: ignore[union-attr]
    again = decline(match=match, organisation=organisation, by="user:3", at=LATER)
    assert again.version == declined.version


def test_it_asks_for_whom_when_both_sides_are_one(operator: Organisation) -> None:
    need, pledge = make_need(operator), make_pledge(operator)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=operator, by="user:1", at=NOW)
    with pytest.raises(Refusal) as refused:
        decline(match=match, organisation=operator, by="user:1", at=LATER)
    assert (refused.value.code, refused.value.field) == ("by_required", "by")
    declined = decline(match=match, organisation=operator, by="user:1", at=LATER, side="provider")
    assert declined.status == "declined_by_provider"


def test_it_lets_nobody_speak_for_the_other_side(
    match: Match, ours: Organisation, theirs: Organisation, operator: Organisation
) -> None:
    wrong = (
        lambda: agree(match=match, organisation=theirs, by="user:2", at=LATER),
        lambda: accept(match=match, organisation=ours, by="user:1", at=LATER),
        lambda: decline(match=match, organisation=ours, by="user:1", at=LATER, side="provider"),
        lambda: decline(match=match, organisation=theirs, by="user:2", at=LATER, side="person"),
        lambda: confirm(match=match, organisation=theirs, by="user:2", at=LATER),
        lambda: still_proposed(match=match, organisation=theirs),
        lambda: cancel(match=match, organisation=operator, by="user:9", at=LATER),
        lambda: decline(match=match, organisation=operator, by="user:9", at=LATER),
    )
    for deed in wrong:
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.code == "not_your_side"
    assert fresh(match).status == "proposed"


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_it_is_called_off_by_either_side(match: Match, ours: Organisation, theirs: Organisation, whose: str) -> None:
    organisation = ours if whose == "ours" else theirs
    canceled = cancel(match=match, organisation=organisation, by="user:3", at=LATER)
    assert canceled.status == "canceled"
    assert fresh(match).need.status == "open"
    assert cancel(match=match, organisation=organisation, by="user:3", at=LATER).version == canceled.version


def test_it_stays_ended(match: Match, ours: Organisation, theirs: Organisation) -> None:
    cancel(match=match, organisation=ours, by="user:1", at=LATER)
    late = (
        lambda: agree(match=match, organisation=ours, by="user:1", at=LATER),
        lambda: accept(match=match, organisation=theirs, by="user:2", at=LATER),
        lambda: decline(match=match, organisation=theirs, by="user:2", at=LATER),
        lambda: confirm(match=match, organisation=ours, by="user:2", at=LATER),
        lambda: still_proposed(match=match, organisation=ours),
    )
    for deed in late:
        with pytest.raises(Refusal) as refused:
            deed()
        assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", "canceled")


def test_it_is_confirmed_by_a_second_person(match: Match, ours: Organisation, theirs: Organisation) -> None:
    agree(match=match, organisation=ours, by="user:4", at=LATER)
    accept(match=match, organisation=theirs, by="user:2", at=LATER)
    for first in ("user:1", "user:4"):
        with pytest.raises(Refusal) as refused:
            confirm(match=match, organisation=ours, by=first, at=LATER)
        assert refused.value.code == "second_person_needed"
    assert confirm(match=match, organisation=ours, by="user:5", at=LATER).status == "confirmed"
    assert fresh(match).need.status == "matched"
    assert confirm(match=match, organisation=ours, by="user:5", at=LATER).version == 4


def test_it_is_not_confirmed_before_the_provider_accepted(match: Match, ours: Organisation) -> None:
    with pytest.raises(Refusal) as refused:
        confirm(match=match, organisation=ours, by="user:5", at=LATER)
    assert refused.value.code == "illegal_transition"
