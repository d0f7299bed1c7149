"""Everybody at once on the same few rooms: nothing is given twice, and nobody waits for ever.

The API, the console, a plan being applied, people who answer, the provider's link, what expires by itself, and
somebody who reports that it is not safe.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from api.auth.scopes import SCOPES
from kernel.accounts.models import Member
from kernel.states import Refusal
from offers.matching.deeds import agree, cancel, confirm, decline, expire_overdue
from offers.matching.provider.answering import say_no, say_yes
from offers.matching.runs.applying import apply_for, ask_to_apply
from offers.matching.runs.models import MatchingRun
from offers.matching.safety.reporting import report_concern
from offers.models import Hold, Match, Need, Pledge
from tests.api.clients import api_client
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.offers.matching.contention import doubled, oversold, untrue
from tests.offers.matching.runs.made import made

pytestmark = pytest.mark.django_db(transaction=True)
Turn = Callable[[random.Random], str]  # one deed of somebody; says how it went
REFUSED = {"capacity_taken", "illegal_transition", "unknown_reference", "not_a_candidate"}
FROZEN = {"frozen", "pledge_stopped", "nothing_asked"}


@dataclass
class Scene:
    """A partner's needs, the operator's rooms, and a plan for them that nobody has applied yet."""

    coordinator: Member
    needs: list[Need]
    rooms: list[Pledge]
    run: MatchingRun


def a_scene(needs: int, rooms: int) -> Scene:
    house, coordinator = make_operator(), make_member(make_partner(), role="coordinator")
    wanting = [make_need(coordinator.organisation) for _ in range(needs)]
    offered = [make_pledge(house, units_total=1 + number % 2) for number in range(rooms)]
    return Scene(coordinator, wanting, offered, made(house))


def by_api(scene: Scene) -> Turn:
    client = api_client(scopes=SCOPES, organisation=scene.coordinator.organisation)

    def turn(draw: random.Random) -> str:
        body = {"need": draw.choice(scene.needs).pk, "pledge": draw.choice(scene.rooms).pk}
        answer = client.create("/api/v1/matches", body)
        if answer.status_code == 201:
            return "done"
        told = answer.json()["code"]
        assert (answer.status_code == 409) == (told in ("capacity_taken", "illegal_transition")), answer.content
        return str(told)

    return turn


def by_console(scene: Scene) -> Turn:
    browser = console_client(scene.coordinator)

    def turn(draw: random.Random) -> str:
        where = reverse("offers:candidates", args=[draw.choice(scene.needs).pk])
        answer = browser.post(where, {"pledge": draw.choice(scene.rooms).pk})
        assert answer.status_code == 302
        return "illegal_transition" if answer["Location"] == where else "done"

    return turn


def by_plan(scene: Scene) -> Turn:
    def turn(draw: random.Random) -> str:
        need = draw.choice(scene.needs).pk
        if scene.run.assignments.filter(need_id=need).exists():
            ask_to_apply(run=scene.run, by="client:op", at=timezone.now(), needs=[need])
            apply_for(scene.run, seconds=60)
        return "done"

    return turn


def _some(draw: random.Random, *states: str) -> Match | None:
    rows = Match.objects.live().filter(**({"status__in": states} if states else {}))
    found = list(rows.select_related("need__organisation", "pledge__organisation").order_by("pk"))
    return draw.choice(found) if found else None


def by_person(scene: Scene) -> Turn:
    """The person's side says yes or no, and a second one of it confirms."""

    def turn(draw: random.Random) -> str:
        match = _some(draw)
        if match is None:
            return "done"
        deed: Any = draw.choice([agree, agree, confirm, cancel, decline])
        deed(match=match, organisation=match.need.organisation, by=f"user:{deed.__name__}", at=timezone.now())
        return "done"

    return turn


def by_link(scene: Scene) -> Turn:
    def turn(draw: random.Random) -> str:
        match = _some(draw, "person_agreed")
        if match is None:
            return "done"
        if draw.random() < 0.5:
            say_yes(match=match, at=timezone.now())
        else:
            say_no(match=match, at=timezone.now(), why="occupied")
        return "done"

    return turn


def by_clock(scene: Scene) -> Turn:
    def turn(draw: random.Random) -> str:
        expire_overdue(timezone.now() + timedelta(days=draw.choice([0, 30])))
        return "done"

    return turn


def by_alarm(scene: Scene) -> Turn:
    """Once in a while it is not safe: all that this provider offers stands still."""

    def turn(draw: random.Random) -> str:
        match = _some(draw)
        if match is not None and draw.random() < 0.1:
            report_concern(match=match, organisation=match.need.organisation, by="user:1", at=timezone.now())
        return "done"

    return turn


EVERYBODY = (by_api, by_api, by_console, by_plan, by_person, by_person, by_link, by_clock, by_alarm)


def all_at_once(turns: Sequence[Turn], count: int, *, seed: int) -> Counter[str]:
    """Let everybody take so many turns, in a thread each, all starting together; count how they went."""
    gate = Barrier(len(turns))

    def work(number: int) -> Counter[str]:
        draw, told = random.Random(seed * 100 + number), Counter[str]()
        try:
            connections["default"].ensure_connection()
            gate.wait(60)
            for _ in range(count):
                try:
                    told[turns[number](draw)] += 1
                except Refusal as refused:
                    told[refused.code] += 1
        finally:
            connections.close_all()
        return told

    with ThreadPoolExecutor(len(turns)) as pool:
        return sum(pool.map(work, range(len(turns))), Counter[str]())


def holds_are_true() -> None:
    """Each live match holds its units, no other holds any, and nothing is given twice."""
    assert (oversold(), doubled(), untrue()) == (0, 0, [])
    held = Counter(Hold.objects.filter(live=True).values_list("match_id", flat=True))
    assert held == dict(Match.objects.live().values_list("pk", "units"))


def keeps_its_promises(rounds: int, *, turns: int) -> None:
    for seed in range(rounds):
        scene = a_scene(6, 4)
        told = all_at_once([somebody(scene) for somebody in EVERYBODY], turns, seed=seed)
        assert told.total() == turns * len(EVERYBODY)
        assert set(told) <= {"done", *REFUSED, *FROZEN, "second_person_needed"}, told
        holds_are_true()
        assert Match.objects.filter(need__in=scene.needs).exists()
        for match in Match.objects.live().select_related("need__organisation"):
            cancel(match=match, organisation=match.need.organisation, by="user:1", at=timezone.now())
        holds_are_true()
        assert not Hold.objects.filter(live=True).exists()
        assert set(Pledge.objects.values_list("units_held", flat=True)) == {0}
        assert not Need.objects.filter(status__in=("held", "matched")).exists()


def test_nothing_is_given_twice_whoever_comes_at_once() -> None:
    keeps_its_promises(1, turns=6)


@pytest.mark.chaos
def test_nothing_is_given_twice_in_many_rounds_of_everybody_at_once() -> None:
    keeps_its_promises(20, turns=20)
