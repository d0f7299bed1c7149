"""The first page: what it says, what it weighs, and what it asks of whom."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from donations.funds.models import Fund, PublicFigure
from tests.guard import StrictClient

MOST = 60_000
LATIN, CYRILLIC, NAME = (f"shell/vendor/inter-{part}.woff2" for part in ("latin", "cyrillic", "russian-name"))


def _static(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found).read_bytes()


def _loaded(client: StrictClient, address: str, fonts: list[str]) -> dict[str, int]:
    """Return what a first load brings, in bytes on the wire: the page, what it links, and the fonts its text needs."""
    response = client.get(address, headers={"accept-encoding": "gzip"})
    zipped = response.headers.get("Content-Encoding") == "gzip"
    html = (gzip.decompress(response.content) if zipped else response.content).decode()
    linked = re.findall(r'<(?:link rel="(?:stylesheet|icon)" href|img src|script src)="/static/([^"]+)"', html)
    sizes = {"page": len(response.content)}
    for name in set(linked):
        sizes[name] = len(gzip.compress(_static(name)))
    return sizes | {name: len(_static(name)) for name in fonts}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "fonts"),
    [
        ("/", [LATIN, NAME]),
        ("/ru/", [LATIN, CYRILLIC]),
        ("/transparency/", [LATIN, NAME]),
        ("/ru/transparency/", [LATIN, CYRILLIC]),
        ("/give/", [LATIN, NAME]),
        ("/ru/give/", [LATIN, CYRILLIC]),
        ("/offer/", [LATIN, NAME]),
        ("/ru/offer/", [LATIN, CYRILLIC]),
        ("/accounts/login/", [LATIN, NAME]),
    ],
)
def test_it_weighs_less_than_60_kb_on_first_load(client: StrictClient, address: str, fonts: list[str]) -> None:
    sizes = _loaded(client, address, fonts)
    assert len(sizes) >= 8
    headers = 350 * len(sizes)
    assert sum(sizes.values()) + headers < MOST, sizes


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/ru/", "/accounts/login/", "/nowhere/"])
def test_it_asks_nothing_of_another_origin(client: StrictClient, address: str) -> None:
    html = client.get(address).content.decode()
    for source in re.findall(r'<(?:link|img|script|source|iframe)[^>]*(?:href|src)="([^"]+)"', html):
        assert source.startswith("/static/"), source
    assert not re.search(r"<script(?! src=./static/)|<style|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize("name", ["tokens", "layout", "components", "forms", "console", "front", "plots"])
def test_it_finds_everything_its_styles_ask_for_at_home(name: str) -> None:
    for target in re.findall(r'url\("?([^")]+)', _static(f"shell/{name}.css").decode()):
        assert not urlsplit(target).scheme, target
        assert _static(urljoin("shell/", target))


@pytest.mark.django_db
def test_it_shows_each_open_fund_with_its_public_sums(client: StrictClient) -> None:
    at = timezone.now()
    made = {"created_at": at, "updated_at": at}
    fund = Fund.objects.create(slug="roof", name="A roof", goal_minor=10_000, goal_currency="EUR", **made)
    Fund.objects.create(slug="old", name="Closed long ago", is_open=False, **made)
    PublicFigure.objects.create(fund=fund, currency="EUR", raised_minor=2_500, gifts=7, moved_on=at.date())
    PublicFigure.objects.create(fund=fund, currency="USD", raised_minor=900, gifts=6, moved_on=at.date())
    html = client.get("/").content.decode()
    assert "A roof" in html
    assert '<progress value="25" max="100"' in html
    assert "$9.00" in html
    assert "Closed long ago" not in html


@pytest.mark.django_db
def test_it_says_so_when_no_fund_is_open(client: StrictClient) -> None:
    assert "No fund is open yet" in client.get("/").content.decode()


@pytest.mark.django_db
def test_it_lets_one_leave_at_once(client: StrictClient) -> None:
    for address in ("/", "/ru/", "/accounts/login/", "/nowhere/"):
        link = re.search(r'<a class="leave"[^>]*>', client.get(address).content.decode())
        assert link
        assert "noreferrer" in link[0]


@pytest.mark.django_db
def test_it_speaks_the_language_of_its_address_whatever_the_browser_asks(client: StrictClient) -> None:
    assert '<html lang="en">' in client.get("/", headers={"accept-language": "ru"}).content.decode()
    assert '<html lang="ru">' in client.get("/ru/", headers={"accept-language": "en"}).content.decode()
