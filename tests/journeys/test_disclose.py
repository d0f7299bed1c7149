"""A contact is disclosed: one person asks, another approves, it is read once, and lies nowhere in clear."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.canary import betrayals
from tests.journeys.programs import Program
from tests.journeys.test_match import need_of_one, press, room
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey


def confirmed(ours: Program, pledge: str, second: Page) -> str:
    """Bring a need of the partner to a confirmed match with its own pledge; return the match's id."""
    need = ours.post("needs", need_of_one())["id"]
    ours.post(f"needs/{need}/submit")
    match = str(ours.post("matches", {"need": need, "pledge": pledge})["id"])
    for deed in ("agree", "accept"):
        ours.post(f"matches/{match}/{deed}")
    second.goto(f"/console/matches/{match}/")
    press(second, "Confirm", "Confirmed.")
    return match


def unlock(page: Page, words: str) -> None:
    """Type the six words; ends where one came from."""
    page.get_by_label("Your six words").fill(words)
    page.get_by_role("button", name="Unlock", exact=True).click()
    expect(page.get_by_text("Your key is open for 15 minutes.")).to_be_visible()


def test_it_takes_two_people_and_is_shown_once(
    person: Callable[..., Page], program: Callable[[str], Program], demo: Demo
) -> None:
    name, email = f"Q{uuid4().hex[:10]}", f"{uuid4().hex[:10]}@canary.example"
    ours, second = program("trusted"), person("approver", "trusted")
    match = confirmed(ours, room(ours, contact={"name": name, "email": email}), second)

    asker = person("caseworker", "trusted")
    asker.goto(f"/console/matches/{match}/")
    press(asker, "Ask for the contact", "Asked. A second person approves it")
    request = asker.url
    expect(asker.get_by_role("button", name="Approve")).to_have_count(0)

    second.goto("/console/disclosures/")
    second.locator(f"a[href$='{request.rsplit('/', 2)[-2]}/']").click()
    expect(second.get_by_text(demo.user("caseworker", "trusted")["email"]).first).to_be_visible()
    second.get_by_role("link", name="Unlock it").click()
    unlock(second, demo.user("approver", "trusted")["vault_passphrase"])
    press(second, "Approve", "Approved. Whoever asked can read it once")
    assert name not in second.content()

    asker.goto(request)
    asker.get_by_role("button", name="Read it now").click()
    expect(asker.get_by_text("Your key is locked: type your six words first.")).to_be_visible()
    unlock(asker, demo.user("caseworker", "trusted")["vault_passphrase"])
    asker.get_by_role("button", name="Read it now").click()
    expect(asker.get_by_role("heading", name="The contact")).to_be_visible()
    expect(asker.get_by_text(name)).to_be_visible()
    expect(asker.get_by_text(email)).to_be_visible()

    asker.goto(request)
    expect(asker.get_by_role("button", name="Read it now")).to_have_count(0)
    assert name not in asker.content()
    expect(asker.get_by_text("was read").first).to_be_visible()
    asker.get_by_role("button", name="Lock (").click()
    expect(asker.get_by_text("Your key is locked.")).to_be_visible()
    assert ours.get(f"matches/{match}")["status"] == "contact_disclosed"
    assert betrayals(demo.data_dir, [name, email], to=email) == []
