"""What every public page keeps: no foreign origin, no cookie, little weight, two languages, no barrier."""

import re
from collections.abc import Callable

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Response, expect

from kernel.guard.riddle import solved
from tests.journeys.conftest import PHONE
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

READ = ["/", "/transparency/", "/thanks/", "/offer/thanks/", "/my-offer/ended/", "/no-such-page/"]
FILL_IN = ["/verify/", "/give/", "/give/housing-and-food/", "/my-giving/", "/offer/", "/my-offer/", "/accounts/login/"]
PUBLIC = READ + FILL_IN
WITH_A_FORM_ONLY = {"csrftoken"}
FIRST_LOAD = 60_000  # bytes
SCHEMES = ("light", "dark")
CONSOLE = {
    "caseworker": ["", "needs/", "needs/new/", "matches/"],
    "coordinator": ["pledges/", "board/", "trust/", "style/"],
    "finance": ["money/", "money/donations/", "money/expenses/", "money/events/"],
}

Opener = Callable[..., BrowserContext]


def barriers(page: Page) -> list[str]:
    """What axe finds: rule, and where."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("path", READ)
def test_it_sets_no_cookie(demo: Demo, path: str) -> None:
    answer = requests.get(demo.base_url + path, timeout=10)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", FILL_IN)
def test_it_sets_the_cookie_that_guards_the_form_and_no_other(demo: Demo, path: str) -> None:
    answer = requests.get(demo.base_url + path, timeout=10)
    assert set(answer.cookies.keys()) == WITH_A_FORM_ONLY


@pytest.mark.parametrize("path", ["/", "/transparency/", "/give/", "/offer/"])
@pytest.mark.parametrize("prefix", ["", "/ru"])
def test_it_weighs_little_at_first(open_context: Opener, path: str, prefix: str) -> None:
    answers: list[Response] = []
    page = open_context().new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(prefix + path, wait_until="networkidle")
    # for a small image the browser counts nothing, or less
    sizes = {
        answer.url: max(answer.request.sizes()["responseBodySize"], int(answer.headers.get("content-length", 0)))
        for answer in answers
    }
    assert sum(sizes.values()) < FIRST_LOAD, sizes


@pytest.mark.parametrize("path", ["/give/", "/offer/", "/my-offer/"])
def test_its_riddle_is_solved_while_one_reads(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("input[name=proof]")).to_have_value(re.compile(r"."), timeout=30_000)
    stamp, proof = (page.locator(f"input[name={name}]").input_value() for name in ("opened", "proof"))
    assert solved(stamp, proof, int(stamp.split(".")[1]))


@pytest.mark.parametrize("path", PUBLIC)
def test_it_speaks_russian(demo: Demo, page: Page, path: str) -> None:
    page.goto(f"/ru{path}")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("[а-яА-Я]{3}"))
    assert page.context.cookies() == [] or path in FILL_IN


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_has_no_barrier(open_context: Opener, scheme: str) -> None:
    page = open_context(color_scheme=scheme).new_page()
    found = {}
    for path in PUBLIC:
        page.goto(path)
        found[path] = barriers(page)
    assert {path: them for path, them in found.items() if them} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_it_has_no_barrier_in_the_console(person: Callable[..., Page], scheme: str) -> None:
    found = {}
    for role, paths in CONSOLE.items():
        page = person(role, color_scheme=scheme)
        for path in paths:
            page.goto(f"/console/{path}")
            found[path] = barriers(page)
            inner = page.locator("tbody th a").first
            if inner.count():
                inner.click()
                found[f"{path}…"] = barriers(page)
    assert {path: them for path, them in found.items() if them} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_plans_have_no_barrier(person: Callable[..., Page], scheme: str) -> None:
    page = person("coordinator", color_scheme=scheme)
    found = {}
    page.goto("/console/plans/")
    found["list"] = barriers(page)
    page.locator("tbody th a").first.click()
    found["plan"] = barriers(page)
    page.get_by_role("link", name="see both side by side").click()
    found["side by side"] = barriers(page)
    page.go_back()
    page.locator("summary").first.click()
    found["opened"] = barriers(page)
    assert {name: them for name, them in found.items() if them} == {}


@pytest.mark.parametrize("path", PUBLIC)
def test_it_fits_a_phone(open_context: Opener, path: str) -> None:
    page = open_context(viewport=PHONE, has_touch=True).new_page()
    page.goto(path)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
