"""A host is asked by mail, says yes with one press, and a week later says how it goes with another: no JavaScript."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.host import MAIL_WITHIN
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey
OLD_PHONE = {"java_script_enabled": False, "viewport": {"width": 320, "height": 480}, "has_touch": True}


def links(demo: Demo, path: str) -> list[str]:
    """Every page of that path that a mail of the demo's world leads to; waits for the first."""
    deadline = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < deadline:
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in demo.mails()]
        bodies = [body.get_content() for mail in mails if (body := mail.get_body()) is not None]
        found = [link[0] for text in bodies if (link := re.search(rf"{demo.base_url}\S*{path}\S+", text))]
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"no mail with a link to {path} within {MAIL_WITHIN} s")


def opened(page: Page, demo: Demo, path: str, button: str) -> None:
    """Open the first of these pages that still asks."""
    for link in links(demo, path):
        page.goto(link)
        if page.locator(f"button[value='{button}']").count():
            return
    raise AssertionError(f"no page at {path} asks anything")


def test_it_takes_one_press_to_say_yes_and_one_to_say_how_it_goes(
    open_context: Callable[..., BrowserContext], demo: Demo
) -> None:
    page = open_context(**OLD_PHONE).new_page()
    opened(page, demo, "/my-answer/", "yes")
    asked = page.url
    page.locator("button[value='yes']").click()
    expect(page.locator("ol li")).to_have_count(3)  # what happens now
    page.goto(asked)
    expect(page.locator("button[value='yes']")).to_have_count(0)

    opened(page, demo, "/my-check/", "fine")
    page.locator("button[value='fine']").click()
    expect(page).to_have_url(re.compile(r"/my-check/thanks/$"))
