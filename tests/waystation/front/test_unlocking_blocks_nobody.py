"""While one person's key is derived, which takes a second and much memory, everybody else reads and writes."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from kernel import audit
from kernel.accounts.models import Member
from kernel.audit.models import AuditEntry
from kernel.disclosure.models import MemberKey, Unlock
from kernel.disclosure.opening import lock_member_key, open_member_key
from kernel.disclosure.unlocking.turns import one_at_a_time
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db(transaction=True)
UNLOCK = "/console/vault/unlock/"
WORDS = "lusab babad gutih tugad sutan lutos"


@pytest.fixture
def member() -> Member:
    """A caseworker whose six words are WORDS."""
    member = make_member()
    key = lock_member_key(member, WORDS)
    key.group, key.created_at = "A", timezone.now()
    key.save()
    return member


@pytest.fixture
def others() -> Iterator[list[StrictClient]]:
    """Two colleagues who are signed in."""
    yield [console_client(make_member()), console_client(make_member(role="finance"))]
    connections.close_all()


class Elsewhere(threading.Thread):
    """What somebody else does meanwhile, on a connection of its own; `outcome` is what came of it."""

    def __init__(self, deed: Any) -> None:
        super().__init__(daemon=True)
        self.deed, self.outcome = deed, None

    def run(self) -> None:
        try:
            self.outcome = self.deed()
        finally:
            connections.close_all()


def test_whoever_derives_holds_nothing_that_others_wait_for(
    member: Member, others: list[StrictClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    within: list[bool] = []
    meanwhile: list[Any] = []

    def derive(key: MemberKey, passphrase: str) -> bytes:
        within.append(connection.in_atomic_block)
        deeds = (
            lambda: others[0].get("/console/needs/").status_code,
            lambda: others[1].get("/console/money/").status_code,
            lambda: audit.record("system", "test.done", "test:1", at=timezone.now()).pk,
        )
        for deed in deeds:
            other = Elsewhere(deed)
            other.start()
            other.join(60)
            meanwhile.append(other.outcome)
        return open_member_key(key, passphrase)

    monkeypatch.setattr("kernel.disclosure.unlocking.deeds.open_member_key", derive)
    answer = console_client(member).post(UNLOCK, {"passphrase": WORDS})
    assert answer.status_code == 302
    assert within == [False]
    assert meanwhile[:2] == [200, 200]
    assert AuditEntry.objects.filter(action="test.done").exists()
    assert Unlock.objects.filter(member=member).exists()


def test_whoever_comes_meanwhile_is_told_to_come_again_and_others_are_served(
    member: Member, others: list[StrictClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kernel.disclosure.unlocking.turns.PATIENCE", 0.0)
    browser = console_client(member)
    with one_at_a_time():
        waiting = Elsewhere(lambda: browser.post(UNLOCK, {"passphrase": WORDS}))
        waiting.start()
        waiting.join(60)
        assert waiting.outcome is not None
        assert waiting.outcome.status_code == 503
        assert waiting.outcome.headers["Retry-After"] == "3"
        assert others[0].get("/console/needs/").status_code == 200
    assert browser.post(UNLOCK, {"passphrase": WORDS}).status_code == 302
