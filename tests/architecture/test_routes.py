"""Every route stands in the authorisation matrix, and those that are not open turn strangers away."""

import re

import pytest
from django.test import Client

from tests.architecture.matrix import MATRIX
from tests.architecture.routes import routes

# what a stranger gets instead of the page: the login form, a refusal, or nothing there at all
TURNED_AWAY = {302, 401, 403, 404, 405}
SAMPLES = {"int": "1", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000"}
CONVERTED = re.compile(r"<(?:(\w+):)?\w+>")


def _address(route: str) -> str:
    """Fill a route's parameters with values that belong to nobody."""
    return "/" + CONVERTED.sub(lambda match: SAMPLES.get(match[1] or "", "x"), route)


def _closed_routes() -> list[str]:
    """The addresses that strangers may not enter; patterns in regular expressions are reached through their twins."""
    return sorted(
        _address(route)
        for name, route in routes().items()
        if name in MATRIX and not MATRIX[name].open_to_all and "(?P" not in route
    )


def test_it_has_a_row_for_every_route() -> None:
    missing = sorted(set(routes()) - set(MATRIX))
    assert not missing, f"add to tests/architecture/matrix.py who may call: {', '.join(missing)}"


def test_it_has_no_row_for_a_route_that_is_gone() -> None:
    assert not sorted(set(MATRIX) - set(routes()))


@pytest.mark.django_db
def test_it_turns_strangers_away_from_every_closed_route(client: Client) -> None:
    entered = []
    for address in _closed_routes():
        response = client.get(address)
        if response.status_code not in TURNED_AWAY or (
            response.status_code == 302 and "/login/" not in response.headers["Location"]
        ):
            entered.append(f"{address} answered {response.status_code}")
    assert not entered
