"""Counters anyone may read: frozen by the month, in tens, moving for ten new ones of two organisations and no fewer."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from kernel.accounts.models import Organisation
from kernel.audit.models import AuditEntry
from offers.impact.models import Figure, ImpactFigure
from offers.impact.moving import Counted, floored, may_move
from offers.impact.publishing import freeze_month
from offers.needs.deeds import fulfil_need
from offers.pledges.models import PledgeMove
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.guard import StrictApiClient
from tests.offers.needs.gate_rows import patient

IMPACT = "/api/v1/impact"
MAY = datetime(2026, 5, 10, 12, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 0, 30, tzinfo=UTC)


def new(count: int, owner: str = "operator", *, first: int = 0) -> list[Counted]:
    return [Counted(f"{owner}{first + i}".encode(), owner, owner != "operator") for i in range(count)]


def test_it_moves_for_ten_of_two_organisations() -> None:
    assert may_move([*new(10), *new(1, "p1")])
    assert not may_move(new(30))
    assert not may_move([*new(8), *new(1, "p1")])


def test_it_stays_where_one_partner_could_cross_out_all_but_a_few() -> None:
    assert not may_move([*new(1), *new(9, "p1")])
    assert not may_move([*new(9), *new(50, "p1")])
    assert may_move([*new(10), *new(50, "p1")])


def test_it_counts_one_household_once() -> None:
    assert not may_move([*new(9), *new(9), *new(1, "p1") * 5])


@patient
@given(st.dictionaries(st.sampled_from(["operator", "p1", "p2", "p3"]), st.integers(0, 25)))
def test_it_hides_ten_beside_every_partner_whenever_it_moves(counts: dict[str, int]) -> None:
    moved = [one for owner, count in counts.items() for one in new(count, owner)]
    if may_move(moved):
        for partner in {one.organisation for one in moved if one.partner}:
            assert sum(one.organisation != partner for one in moved) >= 10


def test_it_shows_full_tens() -> None:
    assert [floored(count) for count in (0, 9, 10, 19, 120)] == [0, 0, 10, 10, 120]


def read() -> list[dict[str, Any]]:
    months: list[dict[str, Any]] = StrictApiClient().get(IMPACT).json()["months"]
    return months


def ask(count: int, owner: Organisation | None = None, at: datetime = MAY) -> None:
    for i in range(count):
        make_need(owner or make_operator(), by=f"user:{i % 2}", at=at)


@pytest.mark.django_db
def test_it_freezes_a_month_once_it_is_over() -> None:
    ask(14)
    ask(3, make_partner())
    assert freeze_month(at=MAY) == 0
    assert read() == [{"month": "2026-04", "households_asked": 0, "households_helped": 0, "providers": 0}]
    assert freeze_month(at=JUNE) == 1
    assert read()[0] == {"month": "2026-05", "households_asked": 10, "households_helped": 0, "providers": 0}
    ask(40, make_partner())
    assert freeze_month(at=JUNE + timedelta(days=3)) == 0
    assert read()[0]["households_asked"] == 10
    assert AuditEntry.objects.filter(action="impact.frozen").count() == 2


@pytest.mark.django_db
def test_it_counts_who_was_helped_and_who_offered() -> None:
    partner = make_partner()
    for owner, count in ((make_operator(), 10), (partner, 2)):
        for _ in range(count):
            fulfil_need(need=make_need(owner, at=MAY), by="user:1", at=MAY + timedelta(days=1))
            pledge = make_pledge(owner)
            PledgeMove.objects.create(pledge=pledge, old="vetting", new="active", by="user:1", at=MAY)
            PledgeMove.objects.create(pledge=pledge, old="paused", new="active", by="user:1", at=MAY)
    freeze_month(at=JUNE)
    assert read()[0] == {"month": "2026-05", "households_asked": 10, "households_helped": 10, "providers": 10}


@pytest.mark.django_db
def test_it_adds_to_what_was_counted_and_keeps_what_was_frozen() -> None:
    partner = make_partner()
    ask(16)
    ask(3, partner)
    freeze_month(at=JUNE)
    ask(3, partner, at=JUNE)  # too few: the figure waits for more
    freeze_month(at=datetime(2026, 7, 2, tzinfo=UTC))
    ask(10, at=datetime(2026, 7, 3, tzinfo=UTC))
    freeze_month(at=datetime(2026, 8, 2, tzinfo=UTC))
    assert [(row["month"], row["households_asked"]) for row in read()] == [
        ("2026-07", 30), ("2026-06", 10), ("2026-05", 10),
    ]  # fmt: skip
    assert list(ImpactFigure.objects.filter(moved=True).values_list("counted", flat=True)) == [19, 32]


@pytest.mark.django_db
def test_it_is_open_to_anyone_and_to_no_question() -> None:
    answer = StrictApiClient().get(IMPACT)
    assert (answer.status_code, answer.json()) == (200, {"months": []})
    assert StrictApiClient().get(f"{IMPACT}?month=2026-05").status_code == 400
    assert StrictApiClient().post(IMPACT, {}, format="json").status_code in (401, 405)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_it_tells_a_partner_who_watches_every_step_of_nobody(seed: int) -> None:
    """A partner watches after every household, and plants all it likes: each move hides ten that are not its own."""
    dice = random.Random(seed)
    watcher, others = make_partner(), [make_operator(), make_partner()]
    asked: list[tuple[datetime, bool]] = []  # when, and whether the watcher planted it
    seen: list[tuple[datetime, int]] = []
    at = datetime(2026, 1, 5, tzinfo=UTC)
    while at < datetime(2026, 12, 1, tzinfo=UTC):
        planted = dice.random() < 0.6
        make_need(watcher if planted else dice.choice(others), at=at)
        asked.append((at, planted))
        at += timedelta(hours=dice.randrange(24, 200))
        with time_machine.travel(at, tick=False):
            freeze_month(at=at)
            figure = read()[0][Figure.HOUSEHOLDS_ASKED]
        if not seen or figure != seen[-1][1]:
            seen.append((at.replace(day=1, hour=0), figure))
    assert len(seen) > 1
    for (before, was), (after, now) in pairwise(seen):
        not_hers = sum(before.replace(day=1) <= when < after and not hers for when, hers in asked)
        assert not_hers >= 10
        assert now % 10 == was % 10 == 0
