"""Sixteen partners' programs at once, over HTTP, against a real server with a thread for each."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import requests

from offers.models import Hold, Match, Pledge
from tests.api.clients import make_client, make_token
from tests.factories.needs import make_need
from tests.factories.organisations import make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 16


def post_all_at_once(server: str, token: str, bodies: Sequence[dict[str, str]]) -> Counter[tuple[int, str]]:
    """Send every body from a thread of its own, all at one moment; count (status, code or state)."""
    gate = Barrier(len(bodies))

    def send(body: dict[str, str]) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        gate.wait(30)
        answer = requests.post(f"{server}/api/v1/matches", json=body, headers=headers, timeout=60)
        told = answer.json()
        return answer.status_code, told.get("code") or told["status"]

    with ThreadPoolExecutor(len(bodies)) as pool:
        return Counter(pool.map(send, bodies))


def test_it_answers_one_201_and_fifteen_409_for_one_room(live_server: Any) -> None:
    ours = make_partner()
    token, room = make_token(make_client(ours)), make_pledge(make_partner())
    bodies = [{"need": make_need(ours).pk, "pledge": room.pk} for _ in range(MANY)]
    told = post_all_at_once(live_server.url, token, bodies)
    assert told == {(201, "proposed"): 1, (409, "capacity_taken"): MANY - 1}
    assert Hold.objects.filter(live=True).count() == Match.objects.live().count() == 1
    room.refresh_from_db()
    assert room.units_held == 1


def test_it_answers_one_201_and_fifteen_409_for_one_need(live_server: Any) -> None:
    ours, theirs = make_partner(), make_partner()
    token, need = make_token(make_client(ours)), make_need(ours)
    bodies = [{"need": need.pk, "pledge": make_pledge(theirs).pk} for _ in range(MANY)]
    told = post_all_at_once(live_server.url, token, bodies)
    assert told == {(201, "proposed"): 1, (409, "illegal_transition"): MANY - 1}
    assert Match.objects.live().count() == 1
    assert sum(Pledge.objects.values_list("units_held", flat=True)) == 1
