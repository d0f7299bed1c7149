"""A donor gives: from the first page to the books, with and without JavaScript."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.programs import Program
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

READING = 2200  # milliseconds a person spends on a page at the least; the form refuses who is quicker

GOOD = "4242424242424242"
DECLINED = "4000000000000002"
BOOKED_WITHIN = 5.0  # seconds from the payment
STILL = 2.0  # seconds in which a gift that was not paid would have been booked


class Books:
    """The operator's live figures, and what they were at first."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.before = self.now()

    def now(self) -> dict[tuple[str, str], int]:
        """Gross minor units by fund and currency."""
        funds: list[dict[str, Any]] = self.program.get("funds", limit="200")["results"]
        return {(fund["name"], one["currency"]): one["gross"] for fund in funds for one in fund["booked"]}

    def moved(self) -> dict[tuple[str, str], int]:
        """What came in since the beginning, where anything did."""
        now = self.now()
        moved = {key: now[key] - self.before.get(key, 0) for key in now}
        return {key: minor for key, minor in moved.items() if minor}

    def expect(self, moved: dict[tuple[str, str], int], *, paid: float) -> None:
        """Fail unless exactly this came in within five seconds of `paid` (monotonic seconds)."""
        while self.moved() != moved and time.monotonic() < paid + BOOKED_WITHIN:
            time.sleep(0.1)
        assert self.moved() == moved

    def expect_still(self) -> None:
        """Fail if anything comes in."""
        until = time.monotonic() + STILL
        while time.monotonic() < until:
            assert self.moved() == {}
            time.sleep(0.2)


@pytest.fixture
def books(program: Callable[[str], Program]) -> Books:
    return Books(program("operator"))


def begin(page: Page, demo: Demo, *, fund: str, amount: str, currency: str) -> None:
    """From the first page to the payment page, as a donor would."""
    page.goto("/")
    page.get_by_role("link", name="Give", exact=True).first.click()
    page.get_by_role("group", name="What for").get_by_text(fund, exact=True).click()
    page.get_by_label("Another amount").fill(amount)
    page.get_by_label("Currency").select_option(currency)
    page.wait_for_timeout(READING)
    page.get_by_role("button", name="Continue to payment", exact=True).click()
    page.wait_for_url(f"{demo.sandbox_url}/**")


def pay(page: Page, card: str) -> float:
    """Choose a test card and pay; return when that was, in monotonic seconds."""
    page.locator(f"input[name=card][value='{card}']").check()
    page.get_by_role("button", name="Pay").click()
    return time.monotonic()


def test_it_books_what_a_phone_without_javascript_gave(plain_phone: Page, demo: Demo, books: Books) -> None:
    begin(plain_phone, demo, fund="Housing and food", amount="12.34", currency="USD")
    expect(plain_phone.locator("h1")).to_contain_text("$12.34")
    paid = pay(plain_phone, GOOD)
    plain_phone.wait_for_url(f"{demo.base_url}/thanks/**")
    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert "12.34" not in plain_phone.content()
    books.expect({("Housing and food", "USD"): 1234}, paid=paid)
    plain_phone.reload()
    expect(plain_phone.get_by_text("Your payment has arrived.")).to_be_visible()


def test_it_books_nothing_of_a_declined_card_and_a_closed_page(plain_phone: Page, demo: Demo, books: Books) -> None:
    begin(plain_phone, demo, fund="Emergency relocation", amount="40", currency="EUR")
    pay(plain_phone, DECLINED)
    expect(plain_phone.get_by_role("alert")).to_contain_text("Nothing was charged")
    plain_phone.get_by_role("button", name="Close").click()
    plain_phone.wait_for_url(f"{demo.base_url}/thanks/**")
    expect(plain_phone.get_by_role("heading", level=1)).to_have_text("Nothing was charged")
    books.expect_still()


def test_it_books_once_when_a_second_card_pays(plain_phone: Page, demo: Demo, books: Books) -> None:
    begin(plain_phone, demo, fund="Emergency relocation", amount="7.50", currency="EUR")
    pay(plain_phone, DECLINED)
    expect(plain_phone.get_by_role("alert")).to_contain_text("Declined")
    paid = pay(plain_phone, GOOD)
    plain_phone.wait_for_url(f"{demo.base_url}/thanks/**")
    books.expect({("Emergency relocation", "EUR"): 750}, paid=paid)


def test_it_offers_the_amounts_of_a_currency_without_decimals(page: Page, demo: Demo, books: Books) -> None:
    page.goto("/")
    page.get_by_role("link", name="Visas and papers").click()
    page.get_by_label("Currency").select_option("JPY")
    page.get_by_role("button", name="Show the amounts in this currency").click()
    page.get_by_text("¥5,000", exact=True).click()
    page.wait_for_timeout(READING)
    page.get_by_role("button", name="Continue to payment", exact=True).click()
    page.wait_for_url(f"{demo.sandbox_url}/**")
    paid = pay(page, GOOD)
    page.wait_for_url(f"{demo.base_url}/thanks/**")
    books.expect({("Visas and papers", "JPY"): 5000}, paid=paid)


def test_it_goes_on_when_enter_is_pressed(plain_phone: Page, demo: Demo) -> None:
    plain_phone.goto("/give/housing-and-food/")
    plain_phone.get_by_label("Another amount").fill("30")
    plain_phone.wait_for_timeout(READING)
    plain_phone.get_by_label("Another amount").press("Enter")
    plain_phone.wait_for_url(f"{demo.sandbox_url}/**")


def test_it_keeps_what_was_typed_beside_what_is_wrong(plain_phone: Page, books: Books) -> None:
    plain_phone.goto("/give/")
    plain_phone.get_by_role("group", name="What for").get_by_text("Legal help and advocacy", exact=True).click()
    plain_phone.get_by_label("Another amount").fill("a lot")
    plain_phone.get_by_role("button", name="Continue to payment", exact=True).click()
    expect(plain_phone.get_by_role("alert")).to_contain_text("Type an amount such as 25")
    expect(plain_phone.get_by_label("Another amount")).to_have_value("a lot")
    expect(plain_phone.get_by_role("radio", name="Legal help and advocacy")).to_be_checked()
    books.expect_still()
