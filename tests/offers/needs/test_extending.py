"""A need that is still needed gets more time."""

from datetime import UTC, datetime, timedelta

import pytest

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from offers.needs.deeds import expire_need, expire_overdue, extend_need
from offers.needs.models import NeedStatus
from tests.factories.needs import make_need

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_it_stands_longer_and_keeps_its_state_and_its_waiting_time() -> None:
    need = make_need(at=AT)
    extended = extend_need(need=need, days=14, by="user:1", at=AT + timedelta(days=1))
    assert extended.expires_at == need.expires_at + timedelta(days=14)
    assert extended.window_until == need.window_until + timedelta(days=14)
    assert (extended.window_from, extended.status, extended.opened_at) == (need.window_from, "open", AT)
    assert extended.version == need.version + 1
    entry = AuditEntry.objects.get(object_id=need.pk, action="need.extended")
    assert entry.fields == ["expires_at", "window"]


def test_it_counts_from_now_and_begins_today_once_its_days_have_passed() -> None:
    need = make_need(at=AT)
    late = AT + timedelta(days=60)
    extended = extend_need(need=need, days=7, by="user:1", at=late)
    assert extended.expires_at == late + timedelta(days=7)
    assert (extended.window_from, extended.window_until) == (late.date(), late.date() + timedelta(days=7))
    assert expire_overdue(at=late) == 0


def test_a_later_first_day_is_not_brought_forward() -> None:
    need = make_need(at=AT, expires_at=AT + timedelta(days=2))
    extended = extend_need(need=need, days=7, by="user:1", at=AT)
    assert (extended.window_from, extended.window_until) == (need.window_from, need.window_until)


@pytest.mark.parametrize("days", [0, -7, 1, 3650])
def test_it_takes_one_of_the_offered_times(days: int) -> None:
    with pytest.raises(Refusal) as refused:
        extend_need(need=make_need(at=AT), days=days, by="user:1", at=AT)
    assert (refused.value.code, refused.value.field) == ("invalid_choice", "days")


def test_it_is_never_planned_further_than_two_years_ahead() -> None:
    need = make_need(at=AT, expires_at=AT + timedelta(days=720))
    with pytest.raises(Refusal) as refused:
        extend_need(need=need, days=30, by="user:1", at=AT)
    assert refused.value.code == "window_too_far"


def test_it_refuses_what_was_changed_since_it_was_read() -> None:
    need = make_need(at=AT)
    extend_need(need=need, days=7, by="user:1", at=AT, version=need.version)
    with pytest.raises(Refusal) as refused:
        extend_need(need=need, days=7, by="user:2", at=AT, version=need.version)
    assert refused.value.code == "stale"


@pytest.mark.parametrize("state", [state for state in NeedStatus.values if state not in ("open", "in_review")])
def test_it_extends_nothing_that_is_held_or_over(state: str) -> None:
    need = make_need(status=state, at=AT)
    with pytest.raises(Refusal) as refused:
        extend_need(need=need, days=7, by="user:1", at=AT)
    assert (refused.value.code, refused.value.facts["state"]) == ("illegal_transition", state)


def test_the_job_that_read_it_before_does_not_end_it_afterwards() -> None:
    need = make_need(at=AT)
    late = need.expires_at + timedelta(hours=1)
    extend_need(need=need, days=7, by="user:1", at=late)
    assert not expire_need(need=need, at=late)
    need.refresh_from_db()
    assert need.status == "open"
