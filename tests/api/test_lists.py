"""Lists: pages that hold still, and parameters that are refused when wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories.donations import make_fund
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def funds() -> list[str]:
    """Seven funds in the order of a list; three share a moment."""
    made = [make_fund(updated_at=START + timedelta(minutes=minutes)) for minutes in (0, 1, 2, 2, 2, 3, 4)]
    return [fund.pk for fund in sorted(made, key=lambda fund: (fund.updated_at, fund.pk))]


def get(url: str) -> Any:
    answer = StrictApiClient().get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()


def ids(page: Any) -> list[str]:
    return [row["id"] for row in page["results"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 200])
def test_it_walks_forward_and_back_through_every_row_once(funds: list[str], limit: int) -> None:
    page, seen, pages = get(f"/api/v1/funds?limit={limit}"), [], []
    assert page["previous"] is None
    while True:
        pages.append(ids(page))
        seen += ids(page)
        if page["next"] is None:
            break
        assert page["next"].startswith("http://testserver/api/v1/funds?")
        page = get(page["next"])
    assert seen == funds
    for expected in reversed(pages[:-1]):
        page = get(page["previous"])
        assert ids(page) == expected
    assert page["previous"] is None


def test_it_holds_still_while_rows_come(funds: list[str]) -> None:
    page = get("/api/v1/funds?limit=3")
    make_fund(updated_at=START - timedelta(days=1))
    assert ids(get(page["next"])) == funds[3:6]


def test_it_keeps_the_filters_in_the_links(funds: list[str]) -> None:
    page = get("/api/v1/funds?limit=1&open=true&modified_after=2026-11-01T00:02:00Z")
    assert ids(page) == [funds[2]]
    assert ids(get(page["next"])) == [funds[3]]


def test_it_takes_modified_after_as_inclusive(funds: list[str]) -> None:
    assert ids(get("/api/v1/funds?modified_after=2026-11-01T00:03:00Z")) == funds[5:]


def test_it_gives_50_rows_unless_asked_otherwise() -> None:
    for _ in range(51):
        make_fund()
    assert len(get("/api/v1/funds")["results"]) == 50


@pytest.mark.parametrize(
    ("query", "attr"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=9999", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=%D9%A3", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("cursor=WyI-Il0", "cursor"),
        ("cursor=WyI-IiwiYSIsImIiXQ", "cursor"),
        ("cursor=WyI-IiwgIjIwMjYtMTEtMDFUMDA6MDA6MDBaIiwgIlx1MDAwMCJd", "cursor"),
        # a first day of the first year that is in the year before it, and the like; a moment of no zone
        ("cursor=WyI-IiwgIjAwMDEtMDEtMDFUMDA6MDA6MDArMTQ6MDAiLCAiZmRfYSJd", "cursor"),
        ("cursor=WyI-IiwgIjk5OTktMTItMzFUMjM6NTk6NTktMTQ6MDAiLCAiZmRfYSJd", "cursor"),
        ("cursor=WyI-IiwgIjIwMjYtMTEtMDFUMDA6MDA6MDAiLCAiZmRfYSJd", "cursor"),
        ("modified_after=0001-01-01T00:00:00%2B14:00", "modified_after"),
        ("modified_after=9999-12-31T23:59:59-14:00", "modified_after"),
        ("foo=1", "foo"),
        ("open=maybe", "open"),
        ("open=", "open"),
        ("modified_after=", "modified_after"),
        ("modified_after=yesterday", "modified_after"),
        ("modified_after=2026-13-01T00:00:00Z", "modified_after"),
        ("limit=1&limit=2", "limit"),
        ("cursor=%00", "cursor"),
        ("expand=need", "expand"),
        ("format=json", "format"),
    ],
)
def test_it_refuses_a_wrong_parameter_and_names_it(funds: list[str], query: str, attr: str) -> None:
    answer = StrictApiClient().get(f"/api/v1/funds?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0]["attr"] == attr


def test_it_refuses_parameters_on_single_resources_too(funds: list[str]) -> None:
    answer = StrictApiClient().get(f"/api/v1/funds/{funds[0]}?limit=1")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_parameter")
