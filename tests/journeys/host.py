"""A host who exists in one test alone, on the way through the form: what they type, and what they are mailed."""

import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.world import Demo

MAIL_WITHIN = 20.0  # seconds
READING = 2200  # milliseconds a person spends on a page at the least; the form refuses who is quicker
TODAY = datetime.now(UTC).date()


class Host:
    """Somebody who exists in this test alone. Every word is one that nothing else on the disk could hold."""

    def __init__(self) -> None:
        first, last, street, house = (uuid4().hex[:10] for _ in range(4))
        self.phone_end = f"{uuid4().int % 10**10:010d}"
        self.name = f"Q{first} V{last}"
        self.email = f"{last}@canary.example"
        self.phone = f"+49 30 {self.phone_end}"
        self.address = f"{street} Street 7, Old Town"
        self.note = f"The bell says {house}"
        self._telling = [f"Q{first}", last, street, house, self.phone_end]

    def words(self) -> list[str]:
        """Everything typed, whole and in its telling parts."""
        return [self.name, self.email, self.phone, self.address, self.note, *self._telling]


def mail_to(demo: Demo, address: str, path: str) -> str:
    """The page of that path that a mail to the address links to; its subject tells nothing."""
    deadline = time.monotonic() + MAIL_WITHIN
    while time.monotonic() < deadline:
        for file in demo.mails():
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            body = mail.get_body()
            link = (
                re.search(rf"{demo.base_url}{path}\S+", body.get_content()) if body and mail["To"] == address else None
            )
            if link:
                assert not re.search(r"room|offer|help|host|refuge", mail["Subject"], re.IGNORECASE)
                return link[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail with a link to {path} within {MAIL_WITHIN} s")


def go_on(page: Page, heading: str) -> None:
    """Press Continue; the next page has that heading."""
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def fill_in(page: Page) -> None:
    """From the first page to the review, with one mistake on the way and a pause between two sittings."""
    page.goto("/")
    page.get_by_role("link", name="Offer help", exact=True).first.click()
    page.wait_for_timeout(READING)
    page.get_by_role("main").get_by_text("A room", exact=True).first.click()
    go_on(page, "What exactly")

    page.get_by_label("Rooms").fill("2")
    page.get_by_text("a private person").click()
    page.get_by_label("For how many people each").fill("3")
    page.get_by_label("From", exact=True).fill(f"{TODAY + timedelta(days=40)}")
    page.get_by_label("Until", exact=True).fill(f"{TODAY + timedelta(days=10)}")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("There is something to correct")
    expect(page.get_by_label("Rooms")).to_have_value("2")
    expect(page.get_by_label("Until", exact=True)).to_have_value(f"{TODAY + timedelta(days=10)}")
    page.get_by_label("From", exact=True).fill(f"{TODAY}")
    page.get_by_label("Until", exact=True).fill(f"{TODAY + timedelta(days=300)}")
    go_on(page, "Where")

    resume = page.get_by_role("link", name="http").inner_text()
    page.goto("/")
    page.goto(resume)
    expect(page.get_by_role("heading", level=1)).to_have_text("Where")
    page.get_by_label("Country", exact=True).select_option("DE")
    page.get_by_label("Town or city").fill("Leipzig")
    go_on(page, "Languages and details")

    page.get_by_label("Language you speak best").select_option("en")
    page.get_by_label("Second language").select_option("ru")
    page.get_by_label("LGBTQ-affirming").check()
    page.get_by_label("lockable room").check()
    go_on(page, "Look it over")
    expect(page.get_by_text("Leipzig")).to_be_visible()
    go_on(page, "How to reach you")


def leave_contact(page: Page, host: Host) -> None:
    """Type who it is, an address that is none at first, and send it all."""
    page.get_by_label("What may we call you?").fill(host.name)
    page.get_by_label("E-mail address").fill("not-an-address")
    page.get_by_label("Phone number").fill(host.phone)
    page.get_by_label("Address (optional)", exact=True).fill(host.address)
    page.get_by_label("Anything we should know").fill(host.note)
    page.wait_for_timeout(READING)
    page.get_by_role("button", name="Send the offer").click()
    expect(page.get_by_role("alert")).to_contain_text("E-mail address")
    expect(page.get_by_label("What may we call you?")).to_have_value(host.name)
    page.get_by_label("E-mail address").fill(host.email)
    page.wait_for_timeout(READING)
    page.get_by_role("button", name="Send the offer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
