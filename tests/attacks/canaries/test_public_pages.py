"""What a public page gives away to whoever shares the device, the line or the cache: nothing, on every route."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.urls import is_valid_path
from django.utils import translation

from kernel.shell.private import PRIVATE
from kernel.shell.templatetags.shell import LEAVE_TO
from offers.matching.checks.links import token as check_token
from offers.matching.provider.links import token as question_token
from offers.pledges.links import CONFIRM, DRAFT, MANAGE, token
from tests.architecture.matrix import MATRIX
from tests.architecture.routes import routes
from tests.architecture.test_deployment import COMPLETE
from tests.architecture.tree import ROOT
from tests.factories.donations import make_fund
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.guard import StrictClient
from tests.offers.matching.asked import agreed, proposed_match
from tests.offers.matching.begun import asked_check

STRIPE = ("https://checkout.stripe.com", "https://billing.stripe.com")
POLICY = {
    "default-src": {"'none'"},
    "style-src": {"'self'"},
    "script-src": {"'self'"},
    "font-src": {"'self'"},
    "img-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
    "form-action": {"'self'", *STRIPE},
}
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
PREFIXES = ("", *(f"/{code}" for code, _name in settings.LANGUAGES[1:]))
# the page of the API's documentation draws its icons from data:, and needs no other origin for it
LOOSER = {"api-docs": {"img-src": {"'self'", "data:"}}}
FETCHES = {"src", "srcset", "poster", "data", "action", "formaction", "manifest", "background", "ping"}
CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """Where a page leads to, and where it sends the browser by itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.linked: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note every address of a tag, and whatever the policy forbids in a page."""
        for name, value in attrs:
            if name in FETCHES or (name == "href" and tag == "link"):
                self.fetched.append(value or "")
            elif name == "href":
                self.linked.append(value or "")
            elif name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
        words = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in words) or words.get("http-equiv"):
            self.inline.append(tag)


def _is_ours(address: str) -> bool:
    """Whether an address stays on this origin; a private link is shown whole, for people to copy."""
    address = address.removeprefix("http://testserver")
    return (address.startswith(("/", "#", "?")) and not address.startswith("//")) or address in ("", ".")


def _addresses() -> dict[str, str]:
    """Return every page that anyone may open, with one of everything behind it: address and route's name."""
    fund, pledge = make_fund(), make_pledge()
    draft, sent = make_pledge(status="draft"), make_pledge(status="submitted")
    words = {
        "offers:offer_confirm": token(sent, CONFIRM),
        "offers:offer_resume": token(draft, DRAFT),
        "offers:offer_step": token(draft, DRAFT),
        "offers:my_offer": token(pledge, MANAGE),
        "offers:my_offer_change": token(pledge, MANAGE),
        "offers:my_offer_still_so": token(pledge, MANAGE),
        "offers:my_offer_month": token(pledge, MANAGE),
        "offers:my_offer_photos": token(pledge, MANAGE),
        "offers:my_offer_erase": token(pledge, MANAGE),
        "offers:my_offer_references": token(pledge, MANAGE),
        "offers:my_answer": question_token(agreed(proposed_match())),
        "offers:my_check": check_token(asked_check("provider")),
    }
    found = {}
    for name, route in routes().items():
        if name not in MATRIX or not MATRIX[name].open_to_all:
            continue
        path = "/" + route.replace("^", "").replace("$", "").replace("<slug:slug>", fund.slug)
        path = path.replace("<token:word>", words.get(name, "")).replace("<slug:step>", "details")
        path = path.replace("(?P<pk>[^/]+)", fund.pk)
        if "<" in path or "//" in path:
            continue  # a deed: it is posted, and never opened
        found |= {f"{prefix}{path}": name for prefix in PREFIXES if _speaks(prefix, path)}
    return found | {f"{prefix}/nowhere/": "" for prefix in PREFIXES}


def _speaks(prefix: str, path: str) -> bool:
    """Whether there is such a page in the language of a prefix: the routes of machines have none."""
    with translation.override(prefix.lstrip("/") or "en"):
        return is_valid_path(f"{prefix}{path}")


@pytest.fixture
def opened(db: None) -> list[tuple[str, str, Any]]:
    """The first answer that a stranger gets at every public address: address, route's name, answer."""
    make_operator()
    return [(path, name, StrictClient().get(path)) for path, name in _addresses().items()]


def test_it_sets_no_cookie_but_the_one_that_guards_a_form(opened: list[tuple[str, str, Any]]) -> None:
    pages = 0
    for path, _name, answer in opened:
        forms = b"csrfmiddlewaretoken" in answer.content
        assert set(answer.cookies) == ({settings.CSRF_COOKIE_NAME} if forms else set()), path
        if forms:
            cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
            assert cookie["samesite"] == "Lax"
        pages += answer["Content-Type"].startswith("text/html") and answer.status_code == 200
    assert pages >= 20


def test_it_carries_the_policy_of_the_design_to_the_letter(opened: list[tuple[str, str, Any]]) -> None:
    for path, name, answer in opened:
        parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
        policy = {part[0]: set(part[1:]) for part in parts}
        assert policy == {**POLICY, **LOOSER.get(name, {})}, path
        assert "Content-Security-Policy-Report-Only" not in answer.headers
        assert {header: answer.get(header) for header in HEADERS} == HEADERS, path
        assert "camera=()" in answer["Permissions-Policy"], path
        assert "geolocation=()" in answer["Permissions-Policy"], path
        assert "Server" not in answer.headers


def test_it_sends_the_browser_nowhere_else(opened: list[tuple[str, str, Any]]) -> None:
    for path, _name, answer in opened:
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(answer.content.decode())
        assert [one for one in page.fetched if not _is_ours(one) and not one.startswith("data:")] == [], path
        assert {one for one in page.linked if not _is_ours(one)} <= {LEAVE_TO}, path
        assert page.inline == [], path


def test_it_lets_no_cache_keep_what_belongs_to_one_person(opened: list[tuple[str, str, Any]]) -> None:
    private = 0
    for path, name, answer in opened:
        if PRIVATE.match(path) or (name and MATRIX[name].words.startswith("whoever holds")):
            private += 1
            assert "no-store" in answer["Cache-Control"], path
            assert "noindex" in answer["X-Robots-Tag"], path
    assert private >= 10


def test_our_style_sheets_ask_nobody_else_for_anything() -> None:
    sheets = [
        Path(storage.path(name))
        for finder in get_finders()
        for name, storage in finder.list([])
        if name.endswith((".css", ".svg"))
    ]
    assert len(sheets) > 5
    for sheet in sheets:
        text = sheet.read_text()
        addresses = [one or other for one, other in CSS_URL.findall(text)]
        assert [one for one in addresses if one.startswith(("http", "//"))] == [], sheet.name


def _of_production() -> dict[str, Any]:
    names = [
        "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_HTTPONLY", "DEBUG", "MIDDLEWARE", "CONTENT_SECURITY_POLICY",
    ]  # fmt: skip
    code = "import json; from waystation.settings import production as s; "
    code += f"print(json.dumps({{name: getattr(s, name) for name in {names}}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**COMPLETE, "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.django_db
def test_production_speaks_over_tls_alone_and_says_so(settings: Any) -> None:
    production = _of_production()
    assert production.pop("MIDDLEWARE") == settings.MIDDLEWARE
    for name, value in production.items():
        setattr(settings, name, value)
    plain = StrictClient().get("/")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/")
    answer = StrictClient().get("/give/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert answer["Content-Security-Policy"].count("https://") == len(STRIPE)
    assert set(answer.cookies) <= {"__Host-csrf"}
    assert all(
        cookie["secure"] and cookie["path"] == "/" and not cookie["domain"] for cookie in answer.cookies.values()
    )
