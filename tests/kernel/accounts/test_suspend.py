"""Suspending a member: one person does it, at once, and the rooms above are told."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from kernel.accounts import leaving
from kernel.accounts.models import Member, User
from kernel.accounts.people.stopping import suspend
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a listener heard."""
    heard: list[Any] = []
    monkeypatch.setattr(leaving, "LISTENERS", [])

    @leaving.on_leave
    def hear(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
        heard.append((member.pk, by, for_good, transaction.get_connection().in_atomic_block))

    return heard


def test_it_closes_the_login_and_tells_who_has_to_know_in_the_same_transaction(told: list[Any]) -> None:
    member, admin = make_member(), make_member(role="admin")
    suspend(member=member, by=admin.user, at=timezone.now())
    assert not User.objects.get(pk=member.user_id).is_active
    assert told == [(member.pk, admin.user.actor, False, True)]
    assert AuditEntry.objects.filter(action="member.suspended", object_id=member.user.actor).count() == 1


def test_it_changes_nothing_twice(told: list[Any]) -> None:
    member, admin = make_member(), make_member(role="admin")
    for _ in range(2):
        suspend(member=member, by=admin.user, at=timezone.now())
    assert len(told) == 1
    assert AuditEntry.objects.filter(action="member.suspended").count() == 1


def test_it_is_undone_by_a_refusal_of_whoever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
        raise Refusal("not_now", "Not now.")

    monkeypatch.setattr(leaving, "LISTENERS", [refuse])
    member = make_member()
    with pytest.raises(Refusal, match="Not now"):
        suspend(member=member, by=make_member(role="admin").user, at=timezone.now())
    assert User.objects.get(pk=member.user_id).is_active


def test_it_is_done_by_somebody_else() -> None:
    admin = make_member(role="admin")
    with pytest.raises(Refusal) as refused:
        suspend(member=admin, by=admin.user, at=timezone.now())
    assert refused.value.code == "not_yourself"
    assert User.objects.get(pk=admin.user_id).is_active


def test_it_tells_a_listener_once_however_often_it_registers(told: list[Any]) -> None:
    listener = leaving.LISTENERS[0]
    leaving.on_leave(listener)
    assert [listener] == leaving.LISTENERS
