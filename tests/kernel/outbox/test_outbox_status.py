"""`outbox_status`: what waits, what was set aside, and a second chance."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from kernel.outbox import GiveUp, enqueue
from kernel.outbox.drain import drain
from kernel.outbox.models import OutboxRow, OutboxState
from tests.kernel.outbox.conftest import Register

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("outbox_status", *arguments, stdout=out)
    return out.getvalue()


def test_it_shows_poison_and_gives_it_another_chance(handler: Register) -> None:
    hopeless = True
    seen: list[str] = []

    def sometimes(object_id: str) -> None:
        if hopeless:
            raise GiveUp("recipient_refused")
        seen.append(object_id)

    handler("test.kind", sometimes)
    row = enqueue("test.kind", "th_1")
    drain()
    assert f"{row.pk} test.kind th_1: recipient_refused (1 tries)" in said()
    answer = json.loads(said("--json"))
    assert answer["counts"] == {"failed": 1}
    assert answer["failed"][0]["object_id"] == "th_1"
    hopeless = False
    assert json.loads(said("--json", "--retry", str(row.pk)))["counts"] == {"waiting": 1}
    drain()
    assert seen == ["th_1"]
    assert OutboxRow.objects.get().state == OutboxState.DONE


def test_it_retries_nothing_that_is_done(handler: Register) -> None:
    handler("test.kind", lambda object_id: None)
    row = enqueue("test.kind", "th_1")
    drain()
    said("--retry", str(row.pk))
    assert OutboxRow.objects.get().state == OutboxState.DONE


def test_it_says_since_when_the_oldest_waits() -> None:
    enqueue("test.kind", "th_1")
    assert "oldest waiting since" in said()
    assert "waiting: 1" in said()
