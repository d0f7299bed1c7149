"""The console's index and its style page, for members with a second factor."""

import re

import pytest

from kernel.accounts.members import Role
from kernel.shell import nav
from tests.console import console_client
from tests.factories.organisations import make_member
from tests.guard import StrictClient


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_it_shows_each_role_its_own_pages(role: str) -> None:
    member = make_member(role=role)
    html = console_client(member).get("/console/").content.decode()
    tiles = set(re.findall(r'<h2><a href="([^"]+)"', html))
    assert tiles == {entry.url() for entry in nav.CONSOLE.for_member(member)}
    assert str(Role(role).label) in html
    assert "Operator" in html


@pytest.mark.django_db
def test_it_sends_a_login_without_a_second_factor_to_set_one_up(client: StrictClient) -> None:
    client.force_login(make_member().user, "allauth.account.auth_backends.AuthenticationBackend")
    for address in ("/console/", "/ru/console/"):
        assert client.get(address).headers["Location"].endswith("/2fa/totp/activate/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/console/style/", "/ru/console/style/"])
def test_it_draws_every_part_of_the_design(address: str) -> None:
    html = console_client(make_member(role="coordinator")).get(address).content.decode()
    for part in (
        "stats",
        "notice warn",
        "badge good",
        "facts",
        "fold",
        "pager",
        "empty",
        "confirm-bar",
        "steps",
        "tiles",
    ):
        assert re.search(rf'class="[^"]*\b{part}\b', html), part
    assert "error-summary" in html
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", html)
