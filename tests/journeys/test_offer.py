"""A host offers a room: the form without JavaScript, the mail, the private page, two people who check it."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.canary import betrayals, shapes
from tests.journeys.programs import Program
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey

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


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def silence(demo: Demo, host: Host) -> Iterator[None]:
    """Afterwards the host is in no file of the world, but for the mails to the host."""
    yield
    assert betrayals(demo.data_dir, host.words(), to=host.email) == []


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


def the_newest_offer(page: Page) -> str:
    """The path of the offer in vetting that waits for the least time."""
    page.goto("/console/pledges/")
    while page.get_by_role("link", name="Next").count():
        page.get_by_role("link", name="Next").click()
    path = page.locator("tbody th a").last.get_attribute("href")
    assert path is not None
    return path


def record_every_check(page: Page) -> None:
    """Say as the first person that everything was checked, and what it proved."""
    needed = page.locator("tbody tr").filter(has_not_text="(further)").locator("th").all_inner_texts()
    for name in needed:
        page.get_by_role("group", name="Which checks?").get_by_text(name.strip().lower(), exact=True).check()
    page.get_by_role("group", name="Outcome").get_by_text("passed").check()
    page.get_by_role("group", name="What did this prove?").get_by_text("LGBTQ-affirming").check()
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()


@pytest.mark.usefixtures("silence")
def test_it_becomes_active_after_two_people_checked_it(
    plain_phone: Page, host: Host, demo: Demo, person: Callable[..., Page]
) -> None:
    fill_in(plain_phone)
    leave_contact(plain_phone, host)

    plain_phone.goto(mail_to(demo, host.email, "/offer/confirm/"))
    plain_phone.get_by_role("button", name="Yes, this is my address").click()
    expect(plain_phone.get_by_text("Your address is confirmed.")).to_be_visible()

    mine = mail_to(demo, host.email, "/my-offer/")
    plain_phone.goto(mine)
    for word in host.words():
        assert word not in plain_phone.content()
    plain_phone.get_by_role("link", name="Change days or number").click()
    plain_phone.get_by_label("Until", exact=True).fill(f"{TODAY + timedelta(days=200)}")
    plain_phone.get_by_role("button", name="Save").click()
    later = TODAY + timedelta(days=200)
    expect(plain_phone.get_by_text(re.compile(rf"to .*{later.day}.*{later.year}"))).to_be_visible()

    coordinator = person("coordinator")
    path = the_newest_offer(coordinator)
    coordinator.goto(path)
    record_every_check(coordinator)
    expect(coordinator.get_by_role("button", name="Sign", exact=True)).to_have_count(0)

    approver = person("approver")
    approver.goto(path)
    approver.get_by_role("button", name="Sign", exact=True).click()
    expect(approver.get_by_role("heading", level=1)).to_contain_text("active")
    for word in host.words():
        assert word not in approver.content()

    plain_phone.goto(mine)
    plain_phone.get_by_role("button", name="Pause").click()
    expect(plain_phone.get_by_text("Nobody new is sent to you")).to_be_visible()
    plain_phone.get_by_role("button", name="Take it up again").click()
    expect(plain_phone.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.usefixtures("silence")
def test_it_seals_what_a_partner_sends(host: Host, program: Callable[[str], Program]) -> None:
    contact = {name: getattr(host, name) for name in ("name", "email", "phone", "address", "note")}
    until = TODAY + timedelta(days=90)
    pledge = program("new").post(
        "pledges",
        {
            "kind": "housing",
            "units_total": 1,
            "provider": {"type": "person"},
            "availability": [{"from": f"{TODAY}", "until": f"{until}"}],
            "country": "DE",
            "contact": contact,
        },
    )
    assert "contact" not in pledge
    assert program("new").get(f"pledges/{pledge['id']}")["status"] == "vetting"
    assert program("trusted").status(f"pledges/{pledge['id']}") == 404


def test_it_would_notice_a_word_in_clear(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" + "Zinnoberweg".encode("utf-16-le"))
    (tmp_path / "kept").write_bytes(b"... " + max(shapes("quillomere@canary.example"), key=len))
    (tmp_path / "one.eml").write_bytes(b"To: quillomere@canary.example\r\n\r\nZinnoberweg")
    found = betrayals(tmp_path, ["Zinnoberweg", "quillomere@canary.example"], to="quillomere@canary.example")
    assert found == ["'quillomere@canary.example' in kept", "'Zinnoberweg' in log"]
