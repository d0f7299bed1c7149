"""Journeys: a real browser, and the demo itself on free ports in a world of its own.

`DEMO_JSON=/path/to/demo.json pytest tests/journeys` uses a demo that runs already.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, StorageState, sync_playwright

from tests.browser import chromium
from tests.journeys.programs import Program
from tests.journeys.sign_in import sign_in
from tests.journeys.world import Demo, started

# a container's root may not use Chromium's own sandbox; the rest keeps the browser from calling home
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
OURS = ("data:", "about:")
A_JOURNEY = 240  # seconds, the demo's first start included

Person = Callable[..., Page]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give journeys their time, and their place at the end: the browser's event loop keeps Django from its database."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.timeout(A_JOURNEY))
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all journeys."""
    if running := os.environ.get("DEMO_JSON"):
        yield Demo.announced(Path(running))
        return
    with started(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield instance
        instance.close()


@pytest.fixture
def open_context(browser: Browser, demo: Demo) -> Iterator[Callable[..., BrowserContext]]:
    """Open browser contexts; a request to any origin but the demo's two fails the test."""
    contexts: list[BrowserContext] = []
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((demo.base_url, demo.by_name, demo.sandbox_url, *OURS)):
            foreign.append(request.url)

    def opened(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": demo.base_url, "locale": "en-GB", "viewport": DESKTOP, **options})
        context.set_default_timeout(15_000)
        context.on("request", note)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
    assert foreign == []


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A desktop browser as most people have it."""
    return open_context().new_page()


@pytest.fixture
def plain_phone(open_context: Callable[..., BrowserContext]) -> Page:
    """A phone with JavaScript off."""
    return open_context(java_script_enabled=False, viewport=PHONE, has_touch=True, device_scale_factor=2).new_page()


@pytest.fixture(scope="session")
def sessions() -> dict[str, StorageState]:
    """Who has signed in already: a one-time code opens the door once in half a minute."""
    return {}


@pytest.fixture
def person(
    open_context: Callable[..., BrowserContext], demo: Demo, sessions: dict[str, StorageState]
) -> Callable[..., Page]:
    """Sit down at the console as somebody: `person("approver", "trusted", nth=0)`; other words go to the context."""

    def seated(role: str, organisation: str = "operator", *, nth: int = 0, **options: Any) -> Page:
        user = demo.user(role, organisation, nth=nth)
        kept = sessions.get(user["email"])
        page = open_context(**options, **({"storage_state": kept} if kept else {})).new_page()
        if kept:
            page.goto("/console/")
        else:
            sign_in(page, user)
            sessions[user["email"]] = page.context.storage_state()
        return page

    return seated


@pytest.fixture
def program(demo: Demo) -> Iterator[Callable[[str], Program]]:
    """A program of an organisation: `program("trusted")`."""
    opened: list[Program] = []

    def of(which: str) -> Program:
        opened.append(Program(demo, which))
        return opened[-1]

    yield of
    for one in opened:
        one.close()
