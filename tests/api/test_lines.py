"""Lines: a fast list says what each row says alone."""

from datetime import date
from typing import Any

import pytest

from offers.pledges.models import Pledge
from tests.api.clients import Partner, api_client
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
PATH = "/api/v1/pledges"


@pytest.fixture
def partner() -> Partner:
    return api_client()


def rows(partner: Partner, query: str = "") -> list[Any]:
    found: list[Any] = partner.get(f"{PATH}{query}").json()["results"]
    return found


def test_it_says_in_a_list_what_it_says_alone(partner: Partner) -> None:
    make_pledge(organisation=partner.organisation)
    make_pledge(
        organisation=partner.organisation,
        region="DE-BE",
        city=2950159,
        remote=True,
        vetting_valid_until=date(2027, 1, 1),
        features=["quiet", "step_free"],
        languages=["ru", "zh-Hant"],
    )
    listed = rows(partner)
    assert len(listed) == 2
    for row in listed:
        alone = partner.get(f"{PATH}/{row['id']}").json()
        assert row == alone
        assert list(row) == list(alone)


def test_it_writes_text_that_json_must_escape(partner: Partner) -> None:
    pledge = make_pledge(organisation=partner.organisation)
    Pledge.objects.filter(pk=pledge.pk).update(region='"\\/\n%s')
    assert rows(partner)[0]["region"] == '"\\/\n%s'


def test_it_pages_like_any_list(partner: Partner) -> None:
    for _ in range(5):
        make_pledge(organisation=partner.organisation)
    first = partner.get(f"{PATH}?limit=2").json()
    second = partner.get(first["next"]).json()
    third = partner.get(second["next"]).json()
    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == [row["id"] for row in rows(partner)]
    assert (first["previous"], third["next"]) == (None, None)
    assert partner.get(third["previous"]).json()["results"] == second["results"]


def test_it_answers_an_empty_list(partner: Partner) -> None:
    assert partner.get(PATH).json() == {"results": [], "next": None, "previous": None}


def test_it_costs_two_queries_for_any_number_of_rows(partner: Partner, django_assert_num_queries: Any) -> None:
    for _ in range(4):
        make_pledge(organisation=partner.organisation)
    with django_assert_num_queries(2):
        assert len(rows(partner)) == 4
