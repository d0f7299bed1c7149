"""A host offers a room: the form without JavaScript, the mail, the private page, two people who check it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.canary import betrayals, shapes
from tests.journeys.host import TODAY, Host, fill_in, leave_contact, mail_to
from tests.journeys.programs import Program
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def silence(demo: Demo, host: Host) -> Iterator[None]:
    """Afterwards the host is in no file of the world, but for the mails to the host."""
    yield
    assert betrayals(demo.data_dir, host.words(), to=host.email) == []


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
