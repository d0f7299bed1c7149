"""A host with an old phone, without JavaScript: offers a room, comes back by the link a week later, changes a date."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.journeys.host import TODAY, Host, fill_in, leave_contact, mail_to
from tests.journeys.later import days_later
from tests.journeys.test_public_pages import FIRST_LOAD
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

OLD_PHONE = {"width": 320, "height": 480}
PLAIN = {"java_script_enabled": False, "viewport": OLD_PHONE, "has_touch": True}


def weight_of(browser: Browser, address: str) -> int:
    """What a first visit to a page costs, in bytes."""
    context = browser.new_context(**PLAIN)  # type: ignore[arg-type]
    answers: list[Response] = []
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    sizes = [
        max(answer.request.sizes()["responseBodySize"], int(answer.headers.get("content-length", 0)))
        for answer in answers
    ]
    context.close()
    return sum(sizes)


def offered(page: Page, demo: Demo, host: Host) -> str:
    """Offer a room and confirm the address; return the private link."""
    fill_in(page)
    leave_contact(page, host)
    page.goto(mail_to(demo, host.email, "/offer/confirm/"))
    page.get_by_role("button", name="Yes, this is my address").click()
    return mail_to(demo, host.email, "/my-offer/")


def test_it_changes_a_date_a_week_later(
    open_context: Callable[..., BrowserContext], browser: Browser, demo: Demo
) -> None:
    host = Host()
    mine = offered(open_context(**PLAIN).new_page(), demo, host)

    with days_later(demo, 7) as later:
        mine = mine.replace(demo.base_url, later)
        context = browser.new_context(**PLAIN)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(mine)
        page.get_by_role("link", name="Change days or number").click()
        until = TODAY + timedelta(days=250)
        page.get_by_label("Until", exact=True).fill(f"{until}")
        page.get_by_label("Days you need to prepare").fill("3")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your offer")
        expect(page.locator("dl.facts")).to_contain_text(f"{until.year}")
        expect(page.locator("dl.facts")).to_contain_text("3 days")

        page.get_by_role("link", name="Calendar").click()
        month = page.locator("table.month")
        box = month.bounding_box()
        assert box is not None
        assert box["width"] <= OLD_PHONE["width"]
        page.get_by_label("From", exact=True).fill(f"{TODAY + timedelta(days=100)}")
        page.get_by_label("Until", exact=True).fill(f"{TODAY + timedelta(days=110)}")
        page.get_by_role("button", name="Block these days").click()
        expect(month).to_contain_text("blocked")
        page.goto(f"{mine}change/")
        expect(page.get_by_label("Until", exact=True)).to_have_value(f"{until}")
        context.close()

        weights = {path: weight_of(browser, mine + path) for path in ("", "change/", "days/")}
        assert max(weights.values()) < FIRST_LOAD, weights
