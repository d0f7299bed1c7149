import re
from datetime import timedelta
from typing import Any

import pytest

from api.v1.candidates import CandidateOut, ComponentsOut
from api.v1.cards import PledgeCardOut
from kernel.accounts.models import Organisation
from kernel.ids import new_id
from offers.matching.deeds import propose
from offers.matching.relaxing import WORDS
from offers.models import Need
from tests.api.clients import Partner, api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(db: None) -> Partner:
    return api_client()


@pytest.fixture
def need(partner: Partner) -> Need:
    return make_need(partner.organisation)


@pytest.fixture
def theirs(db: None) -> Organisation:
    return make_partner("Theirs")


def ask(partner: Partner, need: Need | str, **query: str) -> Any:
    return partner.get(f"/api/v1/needs/{getattr(need, 'pk', need)}/candidates", query)


def test_it_ranks_cards_with_score_components_and_reasons(partner: Partner, need: Need, theirs: Organisation) -> None:
    second, first = make_pledge(theirs, country="FR", region=""), make_pledge(theirs, verified_features=["quiet"])
    body = ask(partner, need).json()
    assert list(body) == ["results", "next"]
    assert [one["pledge"]["id"] for one in body["results"]] == [first.pk, second.pk]
    top = body["results"][0]
    assert sum(top["components"].values()) == top["score"]
    assert "It is in the country the party ranked first." in top["reasons"]
    assert top["pledge"] == {
        "id": first.pk, "kind": "housing", "features": ["quiet"], "country": "DE", "region": "DE-BE", "units": 1,
        "dates": first.availability,
    }  # fmt: skip
    assert set(top) == set(CandidateOut().fields)
    assert set(top["components"]) == set(ComponentsOut().fields)
    assert set(top["pledge"]) == set(PledgeCardOut().fields)
    assert body["next"] is None


def test_it_goes_on_where_the_page_ended(partner: Partner, need: Need, theirs: Organisation) -> None:
    made = {make_pledge(theirs).pk for _ in range(5)}
    first = ask(partner, need, limit="3").json()
    second = partner.get(first["next"]).json()
    seen = [one["pledge"]["id"] for page in (first, second) for one in page["results"]]
    assert (len(seen), set(seen)) == (5, made)
    assert second["next"] is None


def test_it_says_on_request_why_the_others_cannot(partner: Partner, need: Need, theirs: Organisation) -> None:
    for _ in range(7):
        make_pledge(theirs, country="LT", region="")
    make_pledge(partner.organisation, status="paused")
    assert not {"why_not", "unlocks"} & ask(partner, need).json().keys()
    body = ask(partner, need, explain="1").json()
    assert body["why_not"] == [{"rule": "pledge_inactive", "count": 1}, {"rule": "country", "count": 5}]
    assert body["unlocks"] == [{"relax": "any_country", "gain": 5}, {"relax": "country:LT", "gain": 5}]
    assert all(re.fullmatch(WORDS, one["relax"]) for one in body["unlocks"])


def test_it_counts_exactly_for_the_operator(theirs: Organisation) -> None:
    operator = api_client(organisation=make_operator())
    for _ in range(7):
        make_pledge(theirs, country="LT", region="")
    need = make_need(make_operator())
    assert ask(operator, need, explain="1").json()["why_not"] == [{"rule": "country", "count": 7}]


def test_it_leaves_out_what_is_held(partner: Partner, need: Need, theirs: Organisation) -> None:
    pledge = make_pledge(theirs)
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=partner.organisation, by="client:x", at=need.created_at)
    assert ask(partner, make_need(partner.organisation)).json()["results"] == []


def test_it_knows_only_one_s_own_needs(partner: Partner, need: Need) -> None:
    for stranger in (api_client(), api_client(organisation=make_operator())):
        other, never = ask(stranger, need), ask(stranger, new_id("nd"))
        assert other.status_code == never.status_code == 404
        assert other.json()["code"] == never.json()["code"] == "not_found"
    assert ask(partner, "nd_x").status_code == 404


def test_it_asks_for_a_token_and_its_scope(need: Need) -> None:
    stranger = api_client(scopes=["needs:read"], organisation=need.organisation)
    assert ask(stranger, need).json()["code"] == "insufficient_scope"
    stranger.credentials()
    assert ask(stranger, need).status_code == 401


def test_it_waits_for_the_second_person(partner: Partner) -> None:
    answer = ask(partner, make_need(partner.organisation, status="in_review"))
    assert (answer.status_code, answer.json()["code"]) == (409, "need_not_open")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"cursor": "nonsense"}, "bad_cursor"),
        ({"limit": "0"}, "out_of_range"),
        ({"limit": "201"}, "out_of_range"),
        ({"explain": "yes"}, "invalid_choice"),
        ({"unlocks": "1"}, "unknown_parameter"),
    ],
)
def test_it_refuses_what_it_does_not_know(partner: Partner, need: Need, query: dict[str, str], code: str) -> None:
    answer = ask(partner, need, **query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_it_honours_the_window_as_the_contract_says(partner: Partner, theirs: Organisation) -> None:
    need = make_need(partner.organisation)
    ends = need.window_until + timedelta(days=need.stay_days)
    days = {"from": need.window_from.isoformat(), "until": ends.isoformat()}
    enough = make_pledge(theirs, availability=[days], available_from=need.window_from, available_until=ends)
    short = {"from": need.window_from.isoformat(), "until": (ends - timedelta(days=1)).isoformat()}
    make_pledge(theirs, availability=[short], available_from=need.window_from, available_until=ends)
    assert [one["pledge"]["id"] for one in ask(partner, need).json()["results"]] == [enough.pk]
