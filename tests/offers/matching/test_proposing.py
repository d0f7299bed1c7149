from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from kernel.ids import new_id
from kernel.states import Refusal
from offers.matching.deeds import decline, propose
from offers.models import Match, Need, Pledge
from tests.offers.matching.rows import NOW, make_need, make_organisation, make_pledge

pytestmark = pytest.mark.django_db


def proposed(need: Need, pledge: Pledge, **asked: Any) -> Match:
    wanted = {"organisation": need.organisation, "by": "user:7", "at": NOW}
    return propose(need_id=need.pk, pledge_id=pledge.pk, **wanted | asked)


def refusal(need: Need | str, pledge: Pledge | str, organisation: Organisation, **asked: Any) -> Refusal:
    ids = {"need_id": getattr(need, "pk", need), "pledge_id": getattr(pledge, "pk", pledge)}
    with pytest.raises(Refusal) as refused:
        propose(**ids, organisation=organisation, by="user:7", at=NOW, **asked)
    assert not Match.objects.filter(created_at=NOW, status="proposed", need_id=ids["need_id"]).exists()
    return refused.value


def test_it_takes_the_hold_over_the_whole_window_and_stay(ours: Organisation, theirs: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(theirs, units_total=2)
    match = proposed(need, pledge)
    assert (match.status, match.units) == ("proposed", 1)
    assert (match.starts_on, match.ends_on) == (date(2026, 12, 1), date(2027, 1, 7))
    assert match.hold_expires_at == NOW + timedelta(days=5)
    assert match.score == sum(match.components.values()) > 0
    assert [(hold.unit, hold.starts_on, hold.ends_on, hold.live) for hold in match.holds.all()] == [
        (1, match.starts_on, match.ends_on, True)
    ]
    need.refresh_from_db()
    pledge.refresh_from_db()
    assert (need.status, need.version) == ("held", 2)
    assert (pledge.units_held, pledge.version, pledge.updated_at) == (1, 2, NOW)


def test_it_leaves_a_trail(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    match = proposed(need, make_pledge(theirs))
    assert [(row.old, row.new, row.by, row.at) for row in match.history.all()] == [("", "proposed", "user:7", NOW)]
    assert [(row.old, row.new, row.by) for row in need.history.all()] == [("open", "held", "user:7")]
    assert AuditEntry.objects.filter(action="match.proposed", object_id=match.pk, actor="user:7").count() == 1


def test_it_narrows_the_hold_to_the_named_start(ours: Organisation, theirs: Organisation) -> None:
    match = proposed(make_need(ours), make_pledge(theirs), start=date(2026, 12, 3))
    assert (match.starts_on, match.ends_on) == (date(2026, 12, 3), date(2027, 1, 2))


def test_it_shares_a_room_between_stays_that_do_not_meet(ours: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(theirs)
    proposed(make_need(ours, stay_days=2), pledge, start=date(2026, 12, 1))
    second = proposed(make_need(ours, stay_days=2), pledge, start=date(2026, 12, 3))
    assert second.holds.get().unit == 1
    pledge.refresh_from_db()
    assert pledge.units_held == 1
    need = make_need(ours, stay_days=2)
    assert refusal(need, pledge, ours, start=date(2026, 12, 4)).code == "capacity_taken"


@pytest.mark.parametrize("start", [date(2026, 11, 30), date(2026, 12, 8)])
def test_it_refuses_a_start_outside_the_window(ours: Organisation, theirs: Organisation, start: date) -> None:
    refused = refusal(make_need(ours), make_pledge(theirs), ours, start=start)
    assert (refused.code, refused.field) == ("start_outside_window", "from")


@pytest.mark.parametrize("urgency", ["urgent", "emergency"])
def test_it_waits_twelve_hours_when_it_is_urgent(ours: Organisation, theirs: Organisation, urgency: str) -> None:
    match = proposed(make_need(ours, urgency=urgency), make_pledge(theirs))
    assert match.hold_expires_at == NOW + timedelta(hours=12)


def test_it_takes_as_many_units_as_asked(ours: Organisation, theirs: Organisation) -> None:
    need, pledge = make_need(ours, units=2, party_size=4, bands={"18-59": 4}), make_pledge(theirs, units_total=3)
    match = proposed(need, pledge)
    assert [hold.unit for hold in match.holds.order_by("unit")] == [1, 2]
    pledge.refresh_from_db()
    assert pledge.units_held == 2
    assert refusal(make_need(ours, units=2), pledge, ours).code == "capacity_taken"
    assert proposed(make_need(ours, units=2), pledge, units=1).holds.get().unit == 3


def test_it_refuses_a_second_need_for_the_last_room(ours: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(theirs)
    proposed(make_need(ours), pledge)
    refused = refusal(make_need(ours), pledge, ours)
    assert (refused.code, refused.field) == ("capacity_taken", "pledge")


def test_it_refuses_a_second_room_for_a_held_need(ours: Organisation, theirs: Organisation) -> None:
    need = make_need(ours)
    first = proposed(need, make_pledge(theirs))
    with pytest.raises(Refusal) as refused:
        proposed(need, make_pledge(theirs))
    assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", "held")
    assert [match.pk for match in Match.objects.live()] == [first.pk]


def test_it_refuses_a_need_that_nobody_opened(ours: Organisation, theirs: Organisation) -> None:
    assert refusal(make_need(ours, status="in_review"), make_pledge(theirs), ours).code == "illegal_transition"


def test_it_knows_no_need_of_another_organisation(
    operator: Organisation, ours: Organisation, theirs: Organisation
) -> None:
    need, pledge = make_need(ours), make_pledge(theirs)
    for stranger in (theirs, operator):
        refused = refusal(need, pledge, stranger)
        never = refusal(new_id("nd"), pledge, stranger)
        assert (refused.code, refused.field, refused.sentence) == (never.code, never.field, never.sentence)
        assert (refused.code, refused.field) == ("unknown_reference", "need")


@pytest.mark.parametrize(
    "traits",
    [
        {"status": "draft"}, {"status": "submitted"}, {"status": "vetting"}, {"status": "paused"}, {"kind": "legal"},
        {"country": "FR"}, {"languages": []}, {"max_party": 1}, {"availability": []},
    ],
)  # fmt: skip
def test_it_denies_a_pledge_of_another_that_does_not_fit(
    ours: Organisation, theirs: Organisation, traits: dict[str, Any]
) -> None:
    need = make_need(ours)
    refused, never = refusal(need, make_pledge(theirs, **traits), ours), refusal(need, new_id("pl"), ours)
    assert (refused.code, refused.field, refused.sentence, refused.facts) == (
        never.code, never.field, never.sentence, never.facts,
    )  # fmt: skip
    assert (refused.code, refused.field) == ("unknown_reference", "pledge")


def test_it_denies_a_taken_pledge_of_another_that_would_not_fit_anyway(
    ours: Organisation, theirs: Organisation
) -> None:
    pledge = make_pledge(theirs)
    proposed(make_need(make_organisation("Third")), pledge)
    assert refusal(make_need(ours, countries=["DE"]), pledge, ours).code == "unknown_reference"


def test_it_names_the_rule_for_one_s_own_pledge(ours: Organisation) -> None:
    refused = refusal(make_need(ours), make_pledge(ours, country="FR"), ours)
    assert (refused.code, refused.field, refused.facts) == ("not_a_candidate", "pledge", {"rule": "country"})
    assert "It is not in a country that is accepted." in refused.sentence
    assert refusal(make_need(ours), make_pledge(ours, status="draft"), ours).facts == {"rule": "pledge_inactive"}


def test_it_names_the_rule_to_the_operator_except_for_drafts(operator: Organisation, theirs: Organisation) -> None:
    need = make_need(operator)
    assert refusal(need, make_pledge(theirs, country="FR"), operator).facts == {"rule": "country"}
    assert refusal(need, make_pledge(theirs, status="submitted"), operator).facts == {"rule": "pledge_inactive"}
    assert refusal(need, make_pledge(theirs, status="draft"), operator).code == "unknown_reference"


def test_it_takes_no_more_units_than_the_need_has_use_for(ours: Organisation, theirs: Organisation) -> None:
    pledge = make_pledge(theirs, units_total=9)
    refused = refusal(make_need(ours, units=2), pledge, ours, units=3)
    assert (refused.code, refused.field) == ("too_many_units", "units")
    assert proposed(make_need(ours, party_size=4, bands={"18-59": 4}, units=2), pledge, units=2).units == 2


def test_it_calls_too_few_units_a_misfit_and_taken_units_taken(operator: Organisation) -> None:
    pledge = make_pledge(operator, units_total=1)
    assert refusal(make_need(operator), pledge, operator, units=2).facts == {"rule": "capacity"}


def test_it_can_be_proposed_again_after_a_no(ours: Organisation, theirs: Organisation) -> None:
    need, pledge = make_need(ours), make_pledge(theirs)
    first = proposed(need, pledge)
    decline(match=first, organisation=ours, by="user:7", at=NOW)
    assert proposed(need, pledge).pk != first.pk


def statements(deed: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        deed()
    marks = ("SAVEPOINT", "RELEASE", "ROLLBACK")
    return [one["sql"] for one in asked.captured_queries if not one["sql"].startswith(marks)]


def test_a_booking_and_a_refusal_ask_the_database_no_more_often(ours: Organisation, theirs: Organisation) -> None:
    """While one books, everybody else who wants this offer waits; who is refused neither waits nor lets anybody."""
    first, second, room, other = make_need(ours), make_need(ours), make_pledge(theirs), make_pledge(theirs)
    assert len(statements(lambda: proposed(first, room))) <= 13
    full = statements(lambda: refusal(second, room, ours))
    held = statements(lambda: refused_held(first, other))
    assert (len(full), len(held)) == (5, 1)  # the last of the five is asked by the test
    assert not [one for one in full + held if "FOR UPDATE" in one or not one.startswith("SELECT")]


def refused_held(need: Need, pledge: Pledge) -> None:
    with pytest.raises(Refusal, match="held"):
        proposed(need, pledge)


def test_it_says_of_a_held_need_that_it_is_held_whatever_the_pledge(ours: Organisation) -> None:
    need = make_need(ours)
    proposed(need, make_pledge(ours))
    for pledge in (make_pledge(ours, country="FR").pk, new_id("pl")):
        with pytest.raises(Refusal) as refused:
            propose(need_id=need.pk, pledge_id=pledge, organisation=ours, by="user:7", at=NOW)
        assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", "held")
