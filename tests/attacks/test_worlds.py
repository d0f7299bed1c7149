"""Two worlds that differ only in what is private of needs, under one clock and seed: no partner tells them apart.

Compared, byte for byte: every answer about the board, about lines answered, and of `/impact`; and how many questions
were put to the database. What is new in every answer (request ids, standing of limits) is left aside.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from offers.impact.publishing import freeze_month
from offers.matching.suggestions.deeds import expire_suggestions
from offers.needs.board.models import Publication
from offers.needs.board.views import published_view
from offers.needs.models import Need
from tests.api.clients import Partner, api_client
from tests.board import release, sign
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=60)
ASIDE = {"request-id", "ratelimit", "ratelimit-policy", "date"}
Facts = dict[str, Any]
PLAIN: Facts = {}
SHARP: Facts = {
    "kind": "resettlement_place", "units": 3, "urgency": "urgent", "stay_days": 400, "countries": ["JP"],
    "countries_excluded": ["DE"], "languages": ["ka"], "requires": ["step_free", "women_only"], "prefers": ["quiet"],
    "exclusions": ["community:x"], "party_size": 7, "bands": {"18-59": 6, "60+": 1},
}  # fmt: skip


def leave(needs: list[Need]) -> None:
    """Nothing becomes of anybody."""


def end(status: str) -> Callable[[list[Need]], None]:
    """After the release, this becomes of half of them."""

    def do(needs: list[Need]) -> None:
        Need.objects.filter(pk__in=[need.pk for need in needs[::2]]).update(status=status, version=7)

    return do


def crowd(needs: list[Need]) -> None:
    """After the release, others begin to wait: too late for this board, in another number, of other kinds."""
    for i in range(9):
        make_need(make_operator(), by=f"user:{i}", at=AT, kind="medical" if i % 2 else "housing", urgency="emergency")


@dataclass(frozen=True)
class World:
    """What is private here: the facts of each second need, and what became of needs since."""

    name: str
    facts: Facts = field(default_factory=dict)
    since: Callable[[list[Need]], None] = leave


WORLDS = (
    World("other facts", SHARP),
    World("held", since=end("held")),
    World("withdrawn", since=end("withdrawn")),
    World("fulfilled and other facts", SHARP, end("fulfilled")),
    World("expired", since=end("expired")),
    World("a crowd waits", since=crowd),
    World("a crowd waits, other facts", SHARP, crowd),
)


class Seeded:
    """Random bytes that come again in the next world: drawn anew from one seed at each stage."""

    def __init__(self) -> None:
        self.begin("")

    def begin(self, stage: str) -> None:
        self.dice = random.Random(stage)

    def token_bytes(self, count: int) -> bytes:
        return self.dice.randbytes(count)


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Seeded:
    source = Seeded()
    monkeypatch.setattr("kernel.ids.secrets", source)
    return source


@dataclass(frozen=True)
class Told:
    """What a partner got for one request, and how many queries it took."""

    asked: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    queries: int


def ask(partner: Partner, path: str, body: Any = None, key: str = "") -> Told:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = partner.get(path) if body is None else partner.create(path, body, key=key)
    headers = tuple(sorted((name, value) for name, value in answer.items() if name.lower() not in ASIDE))
    request_id = str(answer.headers.get("Request-Id", "no id")).encode()
    return Told(f"{path} {body}", answer.status_code, headers, answer.content.replace(request_id, b""), len(queries))


def conversation(partner: Partner, pledges: dict[str, str]) -> Iterator[Told]:
    """Everything a partner can ask about others' needs, before and after the cohort's end."""
    board = "/api/v1/published-needs"
    lines = [row["id"] for row in partner.get(board).json()["results"]]
    assert len(lines) == 12
    for path in (board, f"{board}?limit=5", "/api/v1/impact", "/api/v1/matches"):
        yield ask(partner, path)
    for pledge in pledges.values():
        yield ask(partner, f"/api/v1/pledges/{pledge}/candidates")
        yield ask(partner, f"/api/v1/pledges/{pledge}")
    for i, line in enumerate(lines):
        for name, pledge in pledges.items():
            yield ask(partner, "/api/v1/matches", {"need": line, "pledge": pledge}, key=f"{name}{i}")
    yield ask(partner, "/api/v1/matches")
    yield ask(partner, "/api/v1/matches?status=suggested&expand=need,pledge")
    mine = [row["id"] for row in partner.get("/api/v1/matches").json()["results"]]
    assert mine
    with time_machine.travel(AT + timedelta(weeks=5), tick=False):
        expire_suggestions(at=AT + timedelta(weeks=5))
        freeze_month(at=AT + timedelta(weeks=5))
        fresh = api_client(organisation=partner.organisation)
        for path in (board, "/api/v1/impact", "/api/v1/matches", *(f"/api/v1/matches/{pk}" for pk in mine)):
            yield ask(fresh, path)


def tell(world: World, seeded: Seeded) -> list[Told]:
    """Live through a world and return all that a partner was told; the database forgets it."""
    with time_machine.travel(AT, tick=False), transaction.atomic():
        seeded.begin("people")
        sign(AT)
        partner = api_client()
        needs = [
            make_need(
                make_operator(),
                by=f"user:{i % 2}",
                at=LONG_AGO,
                case_ref=f"case {i}",
                **(world.facts if i % 2 else PLAIN),
            )
            for i in range(12)
        ]
        own = partner.organisation
        seeded.begin("pledges")
        pledges = {
            "room": make_pledge(own).pk,
            "second": make_pledge(own, country="JP", region="", features=["step_free"]).pk,
            "lawyer": make_pledge(own, kind="legal").pk,
            "paused": make_pledge(own, status="paused").pk,
        }
        seeded.begin("release")
        assert release(AT).published == {"home": 12}
        seeded.begin("since")
        world.since(needs)
        seeded.begin("conversation")
        told = list(conversation(partner, pledges))
        transaction.set_rollback(True)
    return told


PLAINLY: list[Told] = []  # what the plain world told, once: under one clock and seed it would tell the same again


def plainly(seeded: Seeded) -> list[Told]:
    if not PLAINLY:
        PLAINLY.extend(tell(World("plain"), seeded))
    return PLAINLY


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_it_tells_a_partner_nothing_of_what_is_private(world: World, seeded: Seeded) -> None:
    for plain, other in zip(plainly(seeded), tell(world, seeded), strict=True):
        assert plain == other


def test_it_would_notice_a_board_that_says_one_word_more(seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    def talkative(row: Publication) -> dict[str, object]:
        return {**published_view(row), "urgency": row.need.urgency}

    monkeypatch.setattr("api.v1.published_needs.published_view", talkative)
    assert tell(World("plain"), seeded) != tell(World("other facts", SHARP), seeded)
