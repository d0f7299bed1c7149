"""A donor of the demo comes back by a link to their mailbox, on a phone without JavaScript, in either language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.host import READING, mail_to
from tests.journeys.test_public_pages import barriers
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

LASTING, LEAVING = "donor0@waystation.invalid", "donor3@waystation.invalid"


def ask(page: Page, email: str, prefix: str = "") -> None:
    """Ask for a link as a person does."""
    page.goto(f"{prefix}/my-giving/")
    page.locator("input[type=email]").fill(email)
    page.wait_for_timeout(READING)
    page.locator("main form button").click()


def enter(page: Page, demo: Demo, email: str) -> str:
    """Open the link that was mailed, and press its button; return the link."""
    link = mail_to(demo, email, "/(?:ru/)?my-giving/")
    page.goto(link)
    page.locator("main form button").click()
    expect(page.get_by_role("table")).to_be_visible()
    return link


def test_a_donor_sees_gifts_saves_a_paper_and_closes_the_page(plain_phone: Page, demo: Demo) -> None:
    ask(plain_phone, LASTING)
    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    link = enter(plain_phone, demo, LASTING)
    expect(plain_phone).to_have_url(f"{demo.base_url}/my-giving/open/")
    with plain_phone.expect_download() as saved:
        plain_phone.get_by_role("button", name=re.compile(r"^WS-\d{4}-\d{6}$")).first.click()
    assert re.fullmatch(r"\d{4}-\d{6}\.pdf", saved.value.suggested_filename)
    plain_phone.get_by_role("button", name="Close it now").click()
    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("It is closed")
    plain_phone.goto(link)
    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("This link is over")
    assert {cookie["name"] for cookie in plain_phone.context.cookies()} == {"csrftoken"}


def test_a_donor_has_everything_erased_and_no_page_is_a_barrier(
    open_context: Callable[..., BrowserContext], demo: Demo
) -> None:
    page = open_context(viewport=PHONE, color_scheme="dark").new_page()
    page.goto("/ru/my-giving/")
    assert barriers(page) == []
    ask(page, LEAVING, "/ru")
    assert barriers(page) == []
    enter(page, demo, LEAVING)
    assert barriers(page) == []
    page.locator("form[action$='/erase/'] button").click()
    assert barriers(page) == []
    page.locator("button[name=sure]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is erased")
    assert barriers(page) == []
