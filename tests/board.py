"""A board with something on it, for tests."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from offers.needs.board.policy import sign_policy
from offers.needs.board.release import Decision, release_due
from offers.needs.models import Need
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator


def sign(at: datetime | None = None) -> None:
    """Have two people sign the policy."""
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=at or timezone.now())


def release(at: datetime | None = None) -> Decision:
    """Let the gate decide, with no delay at all."""
    return release_due(at=at or timezone.now(), delay=lambda: timedelta(0))


def make_listed(count: int = 6, at: datetime | None = None, **terms: Any) -> list[Need]:
    """Return needs of the operator that stand on the board, each of a household of its own."""
    at = at or timezone.now()
    sign(at)
    needs = [make_need(make_operator(), by=f"user:{i % 2}", at=at - timedelta(days=30), **terms) for i in range(count)]
    release(at)
    return needs
