"""Whatever is sent to whatever route, by whomever: address, query, headers and body are kept and told by nobody."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import caches
from django.test import Client

from offers.models import Pledge
from tests.api.clients import api_client
from tests.architecture.matrix import MATRIX
from tests.architecture.routes import routes
from tests.attacks.canaries.conftest import Log
from tests.attacks.canaries.fields import field_names
from tests.attacks.canaries.search import assert_nothing_in_clear
from tests.attacks.canaries.spellings import spellings
from tests.console import console_client
from tests.factories.donations import make_donation, make_fund
from tests.factories.keys import make_group_keys
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator
from tests.factories.pledges import make_pledge

STEM = "zqkanari7f3a"  # every canary begins with it: what is looked for is found, however many there are
NEAR, FAR = "203.0.113.77", "198.51.100.78"
ASKED = (
    "next",
    "q",
    "status",
    "after",
    "fund",
    "currency",
    "cursor",
    "limit",
    "expand",
    "kind",
    "modified_after",
    "page",
)
WITH_A_TOKEN = {"offers:my_offer_lost", "account_reauthenticate", "donations:give_to"}  # here it is missing
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
MEANT = {
    "subject",
    "version",
    "login",
    "password",
    "code",
    "oldpassword",
    "password1",
    "password2",
    "csrfmiddlewaretoken",
}


class Canaries:
    """Words that were never written before, each another."""

    def __init__(self) -> None:
        self.sent = 0

    def one(self) -> str:
        """Return a fresh canary."""
        self.sent += 1
        return f"{STEM}{self.sent:05d}"

    def headers(self) -> dict[str, str]:
        """Return what a browser tells of a person, and what a proxy tells of a browser."""
        return {
            "REMOTE_ADDR": NEAR,
            "HTTP_X_FORWARDED_FOR": f"{self.one()}, {FAR}",
            "HTTP_X_REAL_IP": FAR,
            "HTTP_FORWARDED": f"for={FAR};host={self.one()}",
            "HTTP_USER_AGENT": f"Mozilla/5.0 {self.one()}",
            "HTTP_REFERER": f"https://{self.one()}.example/{self.one()}?{self.one()}",
            "HTTP_ACCEPT_LANGUAGE": f"ru;q=0.9, {self.one()}",
            "HTTP_X_REQUEST_ID": self.one(),
            "HTTP_IDEMPOTENCY_KEY": self.one(),
            "HTTP_IF_MATCH": f'"{self.one()}"',
            "HTTP_STRIPE_SIGNATURE": f"t=1,v1={self.one()}",
        }

    def query(self) -> str:
        """Return a query string with a canary in everything that is ever asked for."""
        return "&".join(f"{name}={self.one()}" for name in (*ASKED, self.one()))

    def body(self) -> dict[str, str]:
        """Return a canary for every field of every form."""
        return {name: self.one() for name in (*field_names(), *MEANT, self.one())}


def _addresses(route: str, real: dict[str, str], canaries: Canaries) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield a route's address with what is really there, and with canaries in it; each with the methods to try."""
    plain = route.replace("^", "").replace("$", "")
    patch = ("PATCH",) if plain.startswith("api/") else ()
    yield "/" + PARAMETER.sub(lambda match: real.get(match[2] or match[3], "1"), plain), ("GET", "POST", *patch)
    yield "/" + PARAMETER.sub(lambda match: "1" if match[1] == "int" else canaries.one(), plain), ("GET", "PUT")


def _is_between_two(answer: Any) -> bool:
    """Whether what was sent goes back to whoever sent it, as it should: a form to mend, a problem of the API.

    A problem names the path and the member at fault, to the program that sent them: the contract wants it.
    """
    if answer.get("Content-Type", "") == "application/problem+json":
        return True
    names = [template.name or "" for template in answer.templates]
    return bool(names) and not any(name.startswith("shell/errors/") for name in names)


def _told(answer: Any) -> bool:
    """Whether an answer repeats what it was sent, or where it came from."""
    body = answer.getvalue() if answer.streaming else answer.content
    told = body + str(dict(answer.headers)).encode() + str(answer.cookies).encode()
    return any(spelling in told for word in (STEM, NEAR, FAR) for spelling in spellings(word))


@pytest.fixture
def real(db: None) -> dict[str, str]:
    """A world with one of everything, by the names that addresses use."""
    make_group_keys(make_operator())
    pledge, need, fund = make_pledge(), make_need(), make_fund()
    donation = make_donation()
    return {
        "pledge_id": pledge.pk, "need_id": need.pk, "slug": fund.slug, "fund_id": fund.pk, "donation_id": donation.pk,
        "organisation_id": pledge.organisation_id, "deed": "pause", "step": "contact", "grant_id": "1", "pk": pledge.pk,
    }  # fmt: skip


def _people(name: str) -> Iterator[Any]:
    """Yield who calls a route: a stranger, one of its members, a program."""
    who = MATRIX[name]
    yield Client(raise_request_exception=False, enforce_csrf_checks=name in WITH_A_TOKEN)
    if who.roles:
        browser = console_client(make_member(role=who.roles[0]))
        browser.raise_request_exception = False
        yield browser
    if who.words.startswith("a client"):
        program = api_client()
        program.raise_request_exception = False
        yield program


def _call(person: Any, method: str, address: str, canaries: Canaries, **extra: str) -> Any:
    path = f"{address}?{canaries.query()}"
    told = {**canaries.headers(), **extra}
    person.cookies["strange"] = canaries.one()
    if method in ("GET", "OPTIONS"):
        return person.generic(method, path, **told)
    if address.startswith("/api/") or method != "POST":
        return person.generic(method, path, _json(canaries), content_type="application/json", **told)
    return person.post(path, canaries.body(), **told)


def _json(canaries: Canaries) -> bytes:
    import json

    said = canaries.body()
    return json.dumps({**said, "contact": said, "rows": [said], "party": said, canaries.one(): [said]}).encode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(400)
def test_it_keeps_nothing_of_a_request(real: dict[str, str], log: Log, settings: Any) -> None:
    settings.TRUSTED_PROXIES, settings.API_RATE = 1, "1000000/min"
    settings.ADMINS = [("somebody", "admin@waystation.invalid")]
    canaries, loud, cached, statuses = Canaries(), [], [], set()
    for name, route in routes().items():
        if name not in MATRIX:
            continue
        for person in _people(name):
            for address, methods in _addresses(route, real, canaries):
                for method in methods:
                    answer = _call(person, method, address, canaries)
                    statuses.add(answer.status_code)
                    if not _told(answer):
                        continue
                    if answer.status_code >= 400 and not _is_between_two(answer):
                        loud.append(f"{method} {route} {answer.status_code}")
                    if "no-store" not in answer.get("Cache-Control", ""):
                        cached.append(f"{method} {route} {answer.status_code}")
    assert loud == []
    assert cached == []
    assert {200, 302, 400, 401, 403, 404, 405} <= statuses
    assert canaries.sent > 5_000
    assert Pledge.objects.exists()  # the world is still there
    _search(log)


def _search(log: Log) -> None:
    """Look for the canaries and both addresses in all that is kept."""
    remembered = repr(getattr(caches["buckets"], "_cache", "")).encode()
    mails = b"\n".join(message.message().as_bytes() for message in mail.outbox)
    words = {"a canary": STEM, "the address of the connection": NEAR, "the address behind the proxy": FAR}
    assert_nothing_in_clear(words, log.place(), ("memory", remembered), ("mails", mails))


@pytest.mark.parametrize(
    ("addresses", "way"),
    [
        (("/", "/ru/", f"/{STEM}/", "/give/", "/accounts/login/", "/api/v1/funds"), "long"),
        (("/stripe/webhook/",), "short"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_of_a_request_that_breaks(
    addresses: tuple[str, ...], way: str, real: dict[str, str], log: Log, settings: Any
) -> None:
    # where the view would be: at the end of the way that a request goes
    ends = {"long": len(settings.MIDDLEWARE), "short": settings.MIDDLEWARE.index("kernel.shell.middleware.Machines")}
    broken = list(settings.MIDDLEWARE)
    broken.insert(ends[way], "tests.attacks.canaries.breaking.Break")
    settings.MIDDLEWARE = broken
    settings.ADMINS = [("somebody", "admin@waystation.invalid")]
    canaries, person = Canaries(), Client(raise_request_exception=False)
    for address in addresses:
        for method in ("GET", "POST"):
            answer = _call(person, method, address, canaries, HTTP_X_BREAK=canaries.one())
            assert answer.status_code == 500
            assert not _told(answer), address
    assert "RuntimeError" in log.stream.getvalue()
    assert mail.outbox == []
    _search(log)


@pytest.mark.django_db(transaction=True)
def test_it_keeps_nothing_of_a_request_for_another_host_or_with_too_much(log: Log, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 200, 3
    canaries, person = Canaries(), Client(raise_request_exception=False)
    for address in ("/", "/offer/", "/accounts/login/", "/api/v1/funds", "/oauth/token/", "/stripe/webhook/"):
        elsewhere = person.get(address, HTTP_HOST=f"{STEM}.example", **canaries.headers())
        assert elsewhere.status_code in (400, 405)
        too_much = person.post(address, {"login": STEM * 100}, **canaries.headers())
        too_many = person.post(address, {STEM + str(n): "x" for n in range(5)}, **canaries.headers())
        assert not any(_told(answer) for answer in (elsewhere, too_much, too_many)), address
    _search(log)


def test_it_uses_the_settings_of_production_for_errors() -> None:
    assert settings.DEBUG is False
    assert not {"django.middleware.common.BrokenLinkEmailsMiddleware"} & set(settings.MIDDLEWARE)
