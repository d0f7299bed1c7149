"""Signing out leaves nothing behind on a shared device."""

import pytest

from tests.console import console_client
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db


def test_it_has_the_browser_forget_what_was_shown() -> None:
    browser = console_client(make_member())
    answer = browser.post("/accounts/logout/")
    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "/login/" in browser.get("/console/").headers["Location"]


def test_it_is_said_at_no_other_moment() -> None:
    browser = console_client(make_member())
    assert "Clear-Site-Data" not in browser.get("/console/").headers
    assert "Clear-Site-Data" not in browser.get("/accounts/logout/").headers
