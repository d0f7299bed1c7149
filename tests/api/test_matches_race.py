"""Sixteen partners' programs at once, over HTTP, against a real server with a thread for each."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
import requests

from kernel.accounts.models import Organisation
from offers.models import Hold, Match, Pledge
from tests.api.clients import make_client, make_token
from tests.factories.needs import make_need
from tests.factories.organisations import make_partner
from tests.factories.pledges import make_pledge
from tests.offers.matching.contention import doubled, oversold, scene, untrue

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


def told_to_a_crowd(server: str, attempts: int, workers: int) -> None:
    """Attempts at the same few rooms and needs at a time: each a 201 or a 409 with a code, and nothing given twice."""
    todo = scene(attempts)
    ours = Organisation.objects.get(pk=todo[0].organisation)
    tokens = [make_token(make_client(ours)) for _ in range(workers)]

    def work(number: int) -> Counter[tuple[int, str]]:
        session, counted = requests.Session(), Counter[tuple[int, str]]()
        for one in todo[number::workers]:
            headers = {"Authorization": f"Bearer {tokens[number]}", "Idempotency-Key": uuid4().hex}
            body = {"need": one.need, "pledge": one.pledge}
            answer = session.post(f"{server}/api/v1/matches", json=body, headers=headers, timeout=60)
            counted[answer.status_code, answer.json().get("code") or answer.json()["status"]] += 1
        return counted

    with ThreadPoolExecutor(workers) as pool:
        told = sum(pool.map(work, range(workers)), Counter[tuple[int, str]]())
    assert set(told) == {(201, "proposed"), (409, "capacity_taken"), (409, "illegal_transition")}
    assert told.total() == attempts
    assert (oversold(), doubled(), untrue()) == (0, 0, [])
    assert told[201, "proposed"] == Match.objects.live().count()


def test_it_tells_every_loser_of_a_crowd(live_server: Any) -> None:
    told_to_a_crowd(live_server.url, 48, 8)


@pytest.mark.chaos
def test_it_tells_every_loser_of_thirty_two_workers(live_server: Any) -> None:
    told_to_a_crowd(live_server.url, 1_000, 32)
