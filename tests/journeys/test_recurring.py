"""A donor gives every month, comes back by a link to their mailbox and looks after it; finance sees it."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.host import READING
from tests.journeys.test_give import GOOD, pay
from tests.journeys.test_my_giving import ask, enter
from tests.journeys.test_public_pages import barriers
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

MONTHLY = "month4@waystation.invalid"  # gives monthly, and reads Russian


def give_monthly(page: Page, demo: Demo, *, amount: str, email: str) -> None:
    """From the form to the page where it says that the payment has arrived."""
    page.goto("/give/housing-and-food/")
    page.get_by_role("group", name="How often").get_by_text("every month", exact=True).click()
    page.get_by_label("Another amount").fill(amount)
    page.get_by_label("Your e-mail address, for a gift that comes again").fill(email)
    page.wait_for_timeout(READING)
    page.get_by_role("button", name="Continue to payment", exact=True).click()
    page.wait_for_url(f"{demo.sandbox_url}/**")
    expect(page.locator("h1")).to_contain_text("a month")
    pay(page, GOOD)
    page.wait_for_url(f"{demo.base_url}/thanks/**")
    arrived = page.get_by_text("Your payment has arrived.")
    for _ in range(50):
        if arrived.count():
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(arrived).to_be_visible()


def test_a_donor_changes_pauses_and_ends_a_monthly_gift_and_finance_sees_it(
    plain_phone: Page, person: Callable[..., Page], demo: Demo
) -> None:
    email, page = f"{uuid4().hex}@canary.example", plain_phone
    give_monthly(page, demo, amount="17", email=email)
    ask(page, email)
    enter(page, demo, email)
    gift = page.locator("section.card")
    expect(gift.get_by_role("heading")).to_have_text("€17.00 every month goes on")

    gift.get_by_role("button", name="Another amount").click()
    page.get_by_label("New amount").fill("a lot")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_role("alert")).to_contain_text("Type an amount such as 25")
    page.get_by_label("New amount").fill("23")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("From the next instalment on it is €23.00.")).to_be_visible()

    gift.get_by_role("button", name="Pause").click()
    expect(gift.get_by_role("heading")).to_have_text("€23.00 every month paused")
    gift.get_by_role("button", name="Let it go on").click()
    expect(gift.get_by_role("heading")).to_have_text("€23.00 every month goes on")

    gift.get_by_role("button", name="End it…").click()
    page.get_by_role("button", name="End it", exact=True).click()
    expect(page.get_by_text("It has ended. Nothing more is collected.")).to_be_visible()
    expect(gift.get_by_role("heading")).to_have_text("€23.00 every month ended")
    expect(gift.get_by_role("button")).to_have_count(0)

    finance = person("finance")
    finance.goto("/console/money/recurring/")
    expect(finance.get_by_role("row").filter(has_text="€23.00").filter(has_text="ended").first).to_be_visible()
    assert barriers(finance) == []


def test_no_page_of_what_comes_again_is_a_barrier_in_russian_either(
    open_context: Callable[..., BrowserContext], demo: Demo
) -> None:
    page = open_context(viewport=PHONE, color_scheme="dark").new_page()
    ask(page, MONTHLY, "/ru")
    enter(page, demo, MONTHLY)
    assert barriers(page) == []
    monthly = page.locator("section.card")
    expect(monthly.get_by_role("heading")).to_contain_text("каждый месяц")
    monthly.locator("form[action$='/pause/'] button").click()
    assert barriers(page) == []
    monthly.locator("form[action$='/resume/'] button").click()
    for deed in ("amount", "cancel"):
        monthly.locator(f"form[action$='/{deed}/'] button").click()
        assert barriers(page) == []
        page.locator("form[action$='/open/'] button").click()
    expect(monthly).to_be_visible()
