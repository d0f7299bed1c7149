"""A need finds a room: at the console with two people, and over the API by a partner's program."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.programs import Program

pytestmark = pytest.mark.journey

TODAY = datetime.now(UTC).date()
BEGINS = TODAY + timedelta(days=20)
LATEST = BEGINS + timedelta(days=7)
STAY = 21  # days
NEVER_ON_A_CARD = {"contact", "city", "provider", "service_area", "organisation"}


def room(program: Program, contact: dict[str, str] | None = None) -> str:
    """A room of the trusted partner, active at once, in a country where nobody else of the demo has one."""
    pledge = program.post(
        "pledges",
        {
            "kind": "housing",
            "units_total": 1,
            "provider": {"type": "person"},
            "max_party": 2,
            "availability": [{"from": f"{TODAY}", "until": f"{TODAY + timedelta(days=120)}"}],
            "country": "PT",
            "region": "PT-11",
            "languages": ["en", "uk"],
            "features": ["lgbtq_affirming", "lockable_room"],
            "verified_features": ["lgbtq_affirming", "lockable_room"],
            "vetting_valid_until": f"{TODAY + timedelta(days=200)}",
            "contact": contact or {"name": "A host", "email": f"host-{uuid4().hex[:8]}@helpers.example"},
        },
    )
    assert pledge["status"] == "active"
    return str(pledge["id"])


def need_of_one() -> dict[str, Any]:
    """One grown-up who would go to Portugal."""
    return {
        "kind": "housing",
        "urgency": "urgent",
        "party": {"size": 1, "bands": {"0-2": 0, "3-12": 0, "13-17": 0, "18-59": 1, "60+": 0}},
        "window": {"from": f"{BEGINS}", "until": f"{LATEST}"},
        "stay_days": STAY,
        "countries": ["PT"],
        "languages": ["uk"],
        "requires": ["lgbtq_affirming"],
        "consent": {"given": True, "on": f"{TODAY}", "for": ["matching", "contact"]},
        "case_ref": f"J-{uuid4().hex[:6]}",
    }


def write_the_need(page: Page) -> None:
    """Fill in the console's form; it ends on the draft."""
    page.get_by_role("link", name="Needs", exact=True).first.click()
    page.get_by_role("link", name="Write a need").click()
    page.get_by_label("Your case reference").fill(f"J-{uuid4().hex[:6]}")
    page.get_by_role("group", name="What is needed").get_by_text("a room", exact=True).click()
    page.get_by_role("group", name="How soon").get_by_text("urgent", exact=True).click()
    page.get_by_label("First day it could begin").fill(f"{BEGINS}")
    page.get_by_label("It must begin before").fill(f"{LATEST}")
    page.get_by_label("For how many days").fill(f"{STAY}")
    page.get_by_role("group", name="Languages spoken").get_by_label("Ukrainian", exact=True).check()
    page.get_by_role("group", name="The helper must be").get_by_label("LGBTQ-affirming").check()
    page.get_by_role("group", name="Countries accepted").get_by_label("Portugal", exact=True).check()
    page.get_by_label("Consent was given on").fill(f"{TODAY}")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Hand to a second person").click()
    expect(page.get_by_text("Handed to a second person.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)


def press(page: Page, button: str, then: str) -> None:
    """Press a button of the match; the page says what came of it."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(then)).to_be_visible()


def test_it_is_confirmed_by_a_second_person(person: Callable[..., Page], program: Callable[[str], Program]) -> None:
    pledge = room(program("trusted"))
    writer = person("caseworker")
    write_the_need(writer)
    need = writer.url

    second = person("approver")
    second.goto(need)
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved: the need is open.")).to_be_visible()

    writer.goto(need)
    writer.get_by_role("link", name="Find who could help").click()
    card = writer.get_by_role("article").filter(has_text=pledge)
    expect(card).to_contain_text("of 1000 points")
    expect(card.get_by_text("It is in the country the party ranked first.")).to_have_count(1)
    expect(writer.get_by_role("article").first.get_by_text("They share a language")).to_be_visible()
    expect(writer.get_by_role("heading", name="Why nobody else fits")).to_be_visible()
    writer.get_by_role("link", name="Show why nobody else fits").click()
    expect(writer.get_by_role("columnheader", name="What stands in the way")).to_be_visible()
    card.get_by_role("button", name="Propose").click()
    expect(writer.get_by_text("Proposed. The units are held")).to_be_visible()
    press(writer, "The person agreed", "Noted: the person agreed.")
    match = writer.url
    expect(writer.get_by_role("button", name="The provider accepted")).to_have_count(0)

    steward = person("coordinator", "trusted")
    steward.goto(match)
    press(steward, "The provider accepted", "Noted: the provider accepted.")
    assert need.rstrip("/").split("/")[-1] not in steward.content()

    writer.goto(match)
    writer.get_by_role("button", name="Confirm", exact=True).click()
    expect(writer.get_by_text("Confirmed.", exact=True)).to_have_count(0)

    second.goto(match)
    press(second, "Confirm", "Confirmed.")
    assert program("trusted").get(f"pledges/{pledge}")["units_held"] == 1


def test_it_is_made_by_a_partners_program(person: Callable[..., Page], program: Callable[[str], Program]) -> None:
    ours, others = program("trusted"), program("new")
    pledge = room(ours)
    need = ours.post("needs", need_of_one())["id"]
    assert ours.post(f"needs/{need}/submit")["status"] == "open"

    found = ours.get(f"needs/{need}/candidates", explain="1")
    best = next(one for one in found["results"] if one["pledge"]["id"] == pledge)
    assert not NEVER_ON_A_CARD & set(best["pledge"])
    assert sum(best["components"].values()) == best["score"]
    assert best["reasons"]
    assert sum(why["count"] for why in found["why_not"]) > 0

    match = ours.post("matches", {"need": need, "pledge": pledge})
    assert match["status"] == "proposed"
    assert ours.post(f"matches/{match['id']}/agree")["status"] == "person_agreed"
    assert ours.post(f"matches/{match['id']}/accept")["status"] == "provider_accepted"
    for path in (f"needs/{need}", f"pledges/{pledge}", f"matches/{match['id']}"):
        assert ours.status(path) == 200
        assert others.status(path) == 404

    second = person("approver", "trusted")
    second.goto(f"/console/matches/{match['id']}/")
    press(second, "Confirm", "Confirmed.")
    assert ours.get(f"matches/{match['id']}")["status"] == "confirmed"


def test_it_goes_to_one_of_two(program: Callable[[str], Program]) -> None:
    ours = program("trusted")
    pledge = room(ours)
    needs = [ours.post("needs", need_of_one())["id"] for _ in range(2)]
    for need in needs:
        ours.post(f"needs/{need}/submit")
    ours.post("matches", {"need": needs[0], "pledge": pledge})
    late = ours.refused("matches", {"need": needs[1], "pledge": pledge})
    assert (late["status"], late["code"]) == (409, "capacity_taken")
