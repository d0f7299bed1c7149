"""How long the database works for a page of the console that stands before ten thousand of everything."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.crowd import matches, offers
from bench.databases import analysed
from bench.needs import open_needs, organisations
from bench.rows import Row, in_turns
from offers.models import Pledge
from offers.pledges.links import MANAGE, token
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient

ROWS = 10_000
ROUNDS = 5
MOST_SECONDS = 0.2
QUEUE, NEEDS, MATCHES = "/console/pledges/", "/console/needs/", "/console/matches/"
PAGES = (
    ("coordinator", "queue", QUEUE),
    ("coordinator", "queue, page 40", f"{QUEUE}?page=40"),
    ("coordinator", "queue, one kind", f"{QUEUE}?kind=housing"),
    ("coordinator", "queue, identity to be checked", f"{QUEUE}?next=identity"),
    ("coordinator", "queue, to be signed", f"{QUEUE}?next=sign"),
    ("coordinator", "queue, a check runs out", f"{QUEUE}?next=runs_out"),
    ("coordinator", "offers in use", f"{QUEUE}?status=active"),
    ("caseworker", "needs", NEEDS),
    ("caseworker", "needs, page 100", f"{NEEDS}?page=100"),
    ("caseworker", "needs, one kind, open, in one country", f"{NEEDS}?kind=housing&status=open&country=DE"),
    ("coordinator", "matches", MATCHES),
)


class Stopwatch:
    """Adds up the time and number of the statements that run through it."""

    def __init__(self) -> None:
        self.seconds, self.statements = 0.0, 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.seconds += time.perf_counter() - began
            self.statements += 1


def _worked(browser: StrictClient, path: str) -> float:
    """Return for how many seconds the database worked for a page. Raises RuntimeError if it was not shown."""
    watch = Stopwatch()
    with connection.execute_wrapper(watch):
        answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    return watch.seconds


def measure() -> Iterator[Row]:
    """Yield the database's time for each page: the median of some rounds."""
    at = timezone.now()
    (operator,) = organisations(0)
    made, needs = offers(ROWS, operator, at=at), open_needs(ROWS, [operator], at=at)
    hosts = [pledge for pledge in made if pledge.status == "active"]
    matches(hosts, needs[:: len(needs) // len(hosts) or 1], at=at)
    analysed()
    browsers = {role: console_client(make_member(operator, role)) for role in ("caseworker", "coordinator")}
    browsers["provider"] = StrictClient()
    calendar = f"/my-offer/{token(Pledge.objects.get(pk=hosts[0].pk), MANAGE)}/days/"
    for role, what, path in (*PAGES, ("provider", "a provider's calendar", calendar)):
        _worked(browsers[role], path)  # the first time, what never changes is looked up
        (ours,) = in_turns(ROUNDS, lambda role=role, path=path: _worked(browsers[role], path))  # type: ignore[misc]
        yield Row(f"page: {what}", ROWS, ours * 1000, "ms", f"≤ {MOST_SECONDS * 1000:g} ms", ours <= MOST_SECONDS)
