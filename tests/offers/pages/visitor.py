"""Somebody with an old phone: opens pages, fills in forms as they are drawn, takes the time a person takes."""

import re
import time
from datetime import UTC, datetime
from html import unescape
from typing import Any

import time_machine
from django.http import HttpResponse

from kernel.outbox.drain import drain
from offers.kinds.registry import kind_of
from offers.pledges.links import TOKEN
from tests.factories.pledges import days_ahead
from tests.guard import StrictClient

CONTACT = {
    "name": "Canary Name Zq7",
    "email": "canary.zq7@waystation.invalid",
    "phone": "+49 30 555 0107",
    "address": "Canary Street Zq7 12",
    "note": "canary note zq7, ring twice",
}


def hidden(page: str) -> dict[str, str]:
    """Return the hidden inputs of a page, the CSRF token aside."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = unescape(value[1])
    return found


class Visitor:
    """One browser without a script. `seconds` is how long each form is looked at."""

    def __init__(self, *, language: str = "", seconds: float = 5) -> None:
        self.client = StrictClient(enforce_csrf_checks=True)
        self.prefix = f"/{language}" if language else ""
        self.seconds = seconds

    def get(self, path: str) -> HttpResponse:
        """Open a page."""
        return self.client.get(path)

    def send(self, path: str, **fields: Any) -> HttpResponse:
        """Open the form at `path`, look at it, fill it in and send it."""
        page = self.client.get(path)
        return self.post(path, page, **fields)

    def post(self, path: str, page: HttpResponse, **fields: Any) -> HttpResponse:
        """Send a form that was drawn on `page`."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
        values = {**hidden(page.content.decode()), "csrfmiddlewaretoken": token[1] if token else "", **fields}
        later = datetime.fromtimestamp(time.time() + self.seconds, UTC)
        with time_machine.travel(later, tick=True):
            return self.client.post(path, values)

    def begin(self, kind: str = "housing") -> str:
        """Choose a kind; return the address of the draft, which ends in a slash."""
        answer = self.send(f"{self.prefix}/offer/", kind=kind)
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"].removesuffix("details/")

    def fill(self, kind: str = "housing") -> str:
        """Fill in everything but the contact; return the address of the draft."""
        draft = self.begin(kind)
        applies = [word for word in ("quiet", "lgbtq_affirming") if word in kind_of(kind).features]
        (days,) = days_ahead(5, 100)
        dates = {"available_from": days["from"].isoformat(), "available_until": days["until"].isoformat()}
        details = {"units_total": 2, "provider_type": "person", "max_party": 3, "notice_days": 2}
        for step, fields in (
            ("details", details | dates),
            ("place", {"country": "DE", "city_query": "Berlin"}),
            ("languages", {"language_1": "en", "language_2": "ru", "features": applies}),
            ("review", {}),
        ):
            answer = self.send(f"{draft}{step}/", **fields)
            assert answer.status_code == 302, answer.content.decode()
        return draft

    def offer(self, kind: str = "housing", **contact: str) -> str:
        """Send a whole offer; return the address of what was the draft."""
        draft = self.fill(kind)
        answer = self.send(f"{draft}contact/", **{**CONTACT, **contact})
        assert answer["Location"] == f"{self.prefix}/offer/thanks/", answer.content.decode()
        return draft


def deliver() -> None:
    """Have the worker do all that waits in the outbox, what comes of it included."""
    with time_machine.travel(datetime.fromtimestamp(time.time() + 60, UTC), tick=True):
        drain()


def read_mail(mailbox: list[Any]) -> str:
    """Send what waits in the outbox and return the path that the last mail leads to."""
    deliver()
    match = re.search(rf"http://testserver(/\S*/{TOKEN}/)", mailbox[-1].body)
    assert match, mailbox[-1].body
    return match[1]
