"""A passkey: added, shown after the password, and in place of it; in a browser with a security key that is software."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.journeys.sign_in import sign_in
from tests.journeys.world import Demo

pytestmark = pytest.mark.journey
SOFTWARE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def desk(open_context: Callable[..., BrowserContext], demo: Demo) -> Page:
    """A browser that reaches the demo by name."""
    return open_context(base_url=demo.by_name).new_page()


def _key(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**SOFTWARE, "isUserVerified": verified}})
    return devtools, made["authenticatorId"]


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


def test_it_is_added_and_then_opens_the_console_with_the_password_or_alone(desk: Page, demo: Demo) -> None:
    user = demo.user("finance", nth=1)
    refused: list[str] = []
    desk.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    devtools, key = _key(desk)
    sign_in(desk, user)

    desk.goto("/accounts/2fa/webauthn/add/")
    desk.fill("input[name=password]", user["password"])
    desk.get_by_role("button", name="Confirm").click()
    desk.get_by_role("button", name="Add a passkey").click()
    desk.wait_for_url(lambda address: "/webauthn/add/" not in address)
    desk.goto("/accounts/2fa/webauthn/")
    expect(desk.get_by_role("link", name="Remove")).to_have_count(1)
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    desk.goto("/console/")
    _sign_out(desk)
    desk.goto("/console/")
    desk.fill("input[name=login]", user["email"])
    desk.fill("input[name=password]", user["password"])
    desk.press("input[name=password]", "Enter")
    desk.get_by_role("button", name="Use a passkey").click()
    desk.wait_for_url("**/console/")

    _sign_out(desk)
    desk.goto("/accounts/login/")
    desk.get_by_role("button", name="Sign in with a passkey").click()
    desk.wait_for_url("**/console/")
    assert urlsplit(desk.url).path == "/console/"

    _sign_out(desk)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    desk.goto("/accounts/login/")
    desk.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.get_by_text("The key did not answer")).to_be_visible()

    desk.goto("/console/")
    assert "/login/" in desk.url
    assert refused == []
