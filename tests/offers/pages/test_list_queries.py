"""Lists ask the database as often for fifty rows as for five."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from offers.matching.deeds import propose
from offers.matching.runs.asking import ask_for_run, ask_what_if, cancel_run
from offers.matching.runs.beating import Beat
from offers.matching.runs.carrying import carry_out, take_up
from offers.matching.runs.models import MatchingRun
from offers.pledges.calendar_link.deeds import switch_on, word_of
from offers.pledges.links import MANAGE, token
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 50


def _needs(count: int) -> None:
    for number in range(count):
        make_need(status="in_review" if number % 2 else "open", by=f"user:{number}")


def _pledges(count: int) -> None:
    for number in range(count):
        make_pledge(status="vetting" if number % 2 else "active")


def _matches(count: int) -> None:
    for _ in range(count):
        need, pledge = make_need(), make_pledge()
        words: dict[str, Any] = {"organisation": need.organisation, "by": "user:0", "at": timezone.now()}
        propose(need_id=need.pk, pledge_id=pledge.pk, **words)


def _plans(count: int) -> MatchingRun:
    """A plan that places so many needs and leaves as many over, among as many others."""
    operator = make_operator()
    for number in range(count):
        make_need(kind="legal", urgency="planned", countries=["FR"])
        make_need(kind="legal", countries=None)
        make_pledge(kind="legal", remote=True)
        run = ask_for_run(organisation=operator, by="user:0", at=timezone.now(), seed=number)
        cancel_run(run=run, by="user:0", at=timezone.now())
    run = take_up(ask_for_run(organisation=operator, by="user:0", at=timezone.now()).pk, at=timezone.now())
    assert run is not None
    return carry_out(run, beat=Beat(run))


def _asked(client: StrictClient, path: str) -> int:
    client.get(path)  # the first time a page is shown, things that never change are looked up
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


# the page, and the role of whoever opens it
PAGES = (
    ("/console/needs/", "caseworker"),
    ("/console/needs/", "coordinator"),
    ("/console/pledges/", "coordinator"),
    ("/console/matches/", "coordinator"),
    ("/console/contacts/", "caseworker"),
    ("/console/trail/", "coordinator"),
    ("/console/board/", "coordinator"),
    ("/console/moderation/", "coordinator"),
)


def test_they_ask_as_often_for_many_as_for_few() -> None:
    browsers = {role: console_client(make_member(make_operator(), role)) for role in ("caseworker", "coordinator")}
    counts = []
    for more in (FEW, MANY - FEW):
        _matches(more)
        _pledges(more)
        _needs(more)  # last, so that needs in every state stand on the first page
        counts.append({(path, role): _asked(browsers[role], path) for path, role in PAGES})
    assert counts[0] == counts[1]


def _hold_all(pledge: Any, count: int) -> None:
    for _ in range(count):
        need = make_need()
        words: dict[str, Any] = {"organisation": need.organisation, "by": "user:0", "at": timezone.now()}
        propose(need_id=need.pk, pledge_id=pledge.pk, **words)


def test_a_provider_with_many_guests_costs_no_more_questions() -> None:
    pledge = make_pledge(units_total=MANY)
    link = switch_on(pledge=pledge, by="page", at=timezone.now())
    paths = (f"/my-offer/{token(pledge, MANAGE)}/", f"/my-offer/calendar/{word_of(link)}.ics")
    counts = []
    for more in (FEW, MANY - FEW):
        _hold_all(pledge, more)
        counts.append([_asked(StrictClient(), path) for path in paths])
    assert counts[0] == counts[1]


def test_a_plan_costs_no_more_questions_for_many_pairs() -> None:
    browser = console_client(make_member(make_operator(), "coordinator"))
    counts = []
    for more in (FEW, MANY - FEW):
        run = _plans(more)
        other = ask_what_if(run=run, by="user:0", at=timezone.now())
        taken = take_up(other.pk, at=timezone.now())
        assert taken is not None
        carry_out(taken, beat=Beat(taken))
        paths = ("", f"{run.pk}/", f"{run.pk}/left-over/", f"{other.pk}/compare/")
        counts.append([_asked(browser, f"/console/plans/{path}") for path in paths])
        assert run.assignments.count() >= min(more, 15)
    assert counts[0] == counts[1]
