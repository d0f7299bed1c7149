"""Funds: open to anyone, exact only for those who keep the books."""

import pytest

from api.v1.funds import FundOut
from donations.funds.models import PublicFigure, PublicSpending
from tests.api.clients import api_client
from tests.factories.donations import make_fund
from tests.factories.organisations import make_operator, make_partner
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db


def test_it_shows_public_totals_to_anyone() -> None:
    fund = make_fund(goal_minor=100_000, goal_currency="EUR", name="Rooms", name_ru="Комнаты")
    PublicFigure.objects.create(fund=fund, currency="EUR", raised_minor=50_000, gifts=9, moved_on="2026-11-01")
    PublicSpending.objects.create(
        fund=fund, category="housing", currency="EUR", spent_minor=20_000, moved_on="2026-11-01"
    )
    told = StrictApiClient(headers={"Accept-Language": "ru"}).get(f"/api/v1/funds/{fund.pk}").json()
    assert {name: told[name] for name in ("name", "goal", "raised", "spent", "open")} == {
        "name": "Rooms",
        "goal": {"minor": 100_000, "currency": "EUR"},
        "raised": [{"minor": 50_000, "currency": "EUR"}],
        "spent": [{"category": "housing", "amount": {"minor": 20_000, "currency": "EUR"}}],
        "open": True,
    }
    assert "booked" not in told
    assert "gifts" not in str(told)


def test_it_shows_the_books_to_the_operator_with_donations_read_alone() -> None:
    fund = make_fund()
    path = f"/api/v1/funds/{fund.pk}"
    assert api_client(["donations:read"], make_operator()).get(path).json()["booked"] == []
    assert "booked" not in api_client(["funds:read"], make_operator()).get(path).json()
    assert "booked" not in api_client(["donations:read"], make_partner()).get(path).json()


def test_it_answers_what_the_schema_declares() -> None:
    fund = make_fund()
    told = api_client(["donations:read"], make_operator()).get(f"/api/v1/funds/{fund.pk}").json()
    assert list(told) == list(FundOut().fields)


def test_it_lists_open_and_closed_funds_apart() -> None:
    first, second = make_fund(), make_fund(is_open=False)
    client = StrictApiClient()
    assert [row["id"] for row in client.get("/api/v1/funds?open=true").json()["results"]] == [first.pk]
    assert [row["id"] for row in client.get("/api/v1/funds?open=false").json()["results"]] == [second.pk]
    assert len(client.get("/api/v1/funds").json()["results"]) == 2
