"""Sign in to the console, second factor and all."""

import base64
import hmac
import struct
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

PERIOD = 30  # seconds a one-time code lives
TRIES = 2  # a code that somebody used elsewhere in the same half minute is refused
_used: dict[str, int] = {}


def one_time_code(secret: str) -> str:
    """The code of RFC 6238 that is not yet used: a code opens the door once, so a second sign-in waits for the next."""
    step = int(time.time()) // PERIOD
    while step <= _used.get(secret, 0):
        time.sleep(0.2)
        step = int(time.time()) // PERIOD
    _used[secret] = step
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def sign_in(page: Page, user: dict[str, Any]) -> None:
    """Go through the login form and the second factor; ends on the console."""
    page.goto("/console/")
    page.fill("input[name=login]", user["email"])
    page.fill("input[name=password]", user["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("input[name=code]")
    for _ in range(TRIES):
        page.fill("input[name=code]", one_time_code(user["totp_secret"]))
        with page.expect_navigation():
            page.press("input[name=code]", "Enter")
        if urlsplit(page.url).path.startswith("/console/"):
            return
    raise AssertionError(f"{user['email']} was not let in")
