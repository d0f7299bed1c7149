"""Answering a line of the board: a suggestion to its class, decided by the view and the caller's own pledge alone."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from api.v1.matches import MatchOut
from kernel.ids import new_id
from kernel.states import Refusal
from offers.matching import deeds
from offers.matching.suggestions.deeds import expire_suggestions
from offers.matching.suggestions.models import Suggestion
from offers.models import Match, Need, Pledge
from offers.needs.board.clock import advance
from offers.needs.board.models import Cohort
from offers.needs.board.switch import close_board
from tests.api.clients import Partner, api_client
from tests.board import make_listed
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
PATH = "/api/v1/matches"


@pytest.fixture
def needs(db: None) -> list[Need]:
    return make_listed()


@pytest.fixture
def partner(needs: list[Need]) -> Partner:
    return api_client()


@pytest.fixture
def pledge(partner: Partner) -> Pledge:
    return make_pledge(partner.organisation)


def lines(partner: Partner) -> list[str]:
    return [row["id"] for row in partner.get("/api/v1/published-needs").json()["results"]]


def answered(partner: Partner, pledge: Pledge, line: str = "", **body: Any) -> Any:
    return partner.create(PATH, {"need": line or lines(partner)[0], "pledge": pledge.pk, **body})


def refused(answer: Any) -> tuple[int, str, str | None]:
    problem = answer.json()
    return answer.status_code, problem["code"], problem["errors"][0]["attr"]


def test_it_suggests_and_says_nothing_of_a_need(partner: Partner, pledge: Pledge) -> None:
    line = lines(partner)[0]
    answer = answered(partner, pledge, line)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert set(body) == set(MatchOut().fields)
    assert answer["Location"].endswith(f"{PATH}/{body['id']}")
    unsaid = dict.fromkeys(("from", "until", "score", "components", "hold_expires_at", "history", "match"))
    said = {"status": "suggested", "need": line, "pledge": pledge.pk, "units": 1, "frozen": False}
    assert {name: body[name] for name in unsaid | said} == unsaid | said
    read = partner.get(f"{PATH}/{body['id']}")
    assert (read.content, read["ETag"]) == (answer.content, answer["ETag"])
    assert partner.get(f"{PATH}/{body['id']}?expand=need").json()["need"]["kind_group"] == "home"
    assert partner.get(f"{PATH}/{body['id']}?expand=pledge").json()["pledge"]["id"] == pledge.pk
    pledge.refresh_from_db()
    assert pledge.units_held == 0
    assert set(Need.objects.values_list("status", flat=True)) == {"open"}
    assert not Match.objects.exists()


def test_it_takes_one_live_answer_per_pledge_and_class(partner: Partner, pledge: Pledge) -> None:
    first, second = lines(partner)[:2]
    assert answered(partner, pledge, first).status_code == 201
    for line in (first, second):
        assert refused(answered(partner, pledge, line))[:2] == (409, "answered_already")
    assert answered(partner, make_pledge(partner.organisation), second).status_code == 201


def test_it_answers_by_the_view_and_the_callers_own_pledge_alone(partner: Partner, needs: list[Need]) -> None:
    line = lines(partner)[0]
    own = partner.organisation
    wrong = {
        "kind": make_pledge(own, kind="legal"),
        "pledge_inactive": make_pledge(own, status="paused"),
        "capacity": make_pledge(own),
    }
    for rule, pledge in wrong.items():
        answer = answered(partner, pledge, line, units=2)
        assert refused(answer) == (409, "not_a_candidate", "pledge")
        assert answer.json()["rule"] == rule
    for pk in (make_pledge(make_partner()).pk, new_id("pl")):
        answer = partner.create(PATH, {"need": line, "pledge": pk})
        assert refused(answer) == (400, "unknown_reference", "pledge")
    assert refused(answered(partner, make_pledge(own), new_id("pub"))) == (400, "unknown_reference", "need")
    assert refused(answered(partner, make_pledge(own), line, **{"from": "2027-01-01"})) == (
        400,
        "not_of_a_line",
        "from",
    )


@pytest.mark.parametrize("status", ["held", "matched", "fulfilled", "withdrawn", "expired", "merged"])
def test_it_answers_the_same_whatever_became_of_the_need(partner: Partner, pledge: Pledge, status: str) -> None:
    Need.objects.update(status=status, countries=["JP"], party_size=40, units=30, requires=["step_free"])
    assert answered(partner, pledge).json()["status"] == "suggested"


def test_it_lists_answers_among_matches_in_one_order(partner: Partner) -> None:
    own, other = partner.organisation, api_client()
    made = []
    for i in range(3):
        made.append(answered(partner, make_pledge(own), lines(partner)[i]).json()["id"])
        body = {"need": make_need(other.organisation).pk, "pledge": make_pledge(own).pk}
        made.append(other.create(PATH, body).json()["id"])
    assert [row["id"] for row in partner.get(PATH).json()["results"]] == made
    found, address = [], f"{PATH}?limit=2"
    while address:
        page = partner.get(address).json()
        found += [row["id"] for row in page["results"]]
        address = page["next"]
        back = page["previous"]
    assert found == made
    assert [row["id"] for row in partner.get(back).json()["results"]] == made[2:4]
    assert [row["id"] for row in partner.get(f"{PATH}?status=suggested").json()["results"]] == made[::2]
    assert len(other.get(PATH).json()["results"]) == 3
    line = lines(partner)[0]
    assert [row["id"] for row in partner.get(f"{PATH}?need={line}").json()["results"]] == made[:1]


def test_it_hides_answers_from_everyone_else(partner: Partner, pledge: Pledge) -> None:
    pk = answered(partner, pledge).json()["id"]
    for other in (api_client(), api_client(organisation=make_operator())):
        assert other.get(f"{PATH}/{pk}").status_code == 404
        assert other.get(PATH).json()["results"] == []


def owner_page(need: Need) -> tuple[Any, str]:
    return console_client(make_member(need.organisation)), reverse("offers:candidates", args=[need.pk])


def test_it_becomes_a_match_that_nobody_hears_of_before_the_person_agreed(
    partner: Partner, pledge: Pledge, needs: list[Need]
) -> None:
    before = answered(partner, pledge)
    pk = before.json()["id"]
    browser, address = owner_page(needs[0])
    page = browser.get(address).content.decode()
    assert "Answers from the board" in page
    assert pk in page
    browser.post(address, {"suggestion": pk})
    match = Match.objects.get()
    assert (match.status, match.hidden, match.suggestion_id) == ("proposed", True, pk)
    assert partner.get(f"{PATH}/{pk}").content == before.content
    assert [row["id"] for row in partner.get(PATH).json()["results"]] == [pk]
    assert partner.get(f"{PATH}/{match.pk}").status_code == 404
    assert partner.post(f"{PATH}/{match.pk}/accept", {}, format="json").status_code == 404
    stuck = partner.post(f"{PATH}/{pk}/accept", {}, format="json")
    assert (stuck.status_code, stuck.json()["code"], stuck.json()["state"]) == (409, "illegal_transition", "suggested")
    assert stuck.json()["legal"] == ["proposed", "expired"]
    browser.post(reverse("offers:match_deed", args=[match.pk, "agree"]))
    body = partner.get(f"{PATH}/{pk}").json()
    assert (body["status"], body["match"], body["score"]) == ("proposed", match.pk, None)
    assert partner.get(f"{PATH}/{match.pk}").json()["status"] == "person_agreed"
    accepted = partner.post(f"{PATH}/{pk}/accept", {}, format="json").json()
    assert (accepted["id"], accepted["status"]) == (match.pk, "provider_accepted")
    moves = Suggestion.objects.get().history.values_list("old", "new")
    assert list(moves) == [("", "suggested"), ("suggested", "proposed")]


def test_it_shows_nothing_of_a_person_who_said_no(partner: Partner, pledge: Pledge, needs: list[Need]) -> None:
    before = answered(partner, pledge)
    who = {"organisation": make_operator(), "by": "user:1", "at": timezone.now()}
    match = deeds.propose_suggested(need_id=needs[0].pk, suggestion_id=before.json()["id"], **who)
    deeds.decline(match=match, **who)
    assert partner.get(f"{PATH}/{before.json()['id']}").content == before.content
    assert len(partner.get(PATH).json()["results"]) == 1
    again = deeds.propose_suggested(need_id=needs[1].pk, suggestion_id=before.json()["id"], **who)
    assert again.hidden


def test_it_expires_without_a_reason_when_the_cohort_leaves(partner: Partner, pledge: Pledge, settings: Any) -> None:
    pk = answered(partner, pledge).json()["id"]
    advance(slots=settings.RELEASE_LIFE - 1)
    assert expire_suggestions(at=timezone.now()) == 0
    advance(slots=1)
    assert (expire_suggestions(at=timezone.now()), expire_suggestions(at=timezone.now())) == (1, 0)
    body = partner.get(f"{PATH}/{pk}").json()
    assert (body["status"], body["match"], body["history"]) == ("expired", None, None)


def test_it_expires_with_the_board_that_is_cleared(partner: Partner, pledge: Pledge) -> None:
    pk = answered(partner, pledge).json()["id"]
    close_board(by=make_member(role="coordinator"), at=timezone.now())
    expire_suggestions(at=timezone.now())
    assert partner.get(f"{PATH}/{pk}").json()["status"] == "expired"


def test_it_expires_all_the_same_while_a_person_is_asked(
    partner: Partner, pledge: Pledge, needs: list[Need], settings: Any
) -> None:
    pk = answered(partner, pledge).json()["id"]
    who = {"organisation": make_operator(), "by": "user:1", "at": timezone.now()}
    match = deeds.propose_suggested(need_id=needs[0].pk, suggestion_id=pk, **who)
    advance(slots=settings.RELEASE_LIFE)
    expire_suggestions(at=timezone.now())
    deeds.agree(match=match, **who)
    assert partner.get(f"{PATH}/{pk}").json()["status"] == "expired"
    assert partner.get(f"{PATH}/{match.pk}").json()["status"] == "person_agreed"


def test_it_offers_an_owner_only_answers_that_fit_and_stand(
    partner: Partner, pledge: Pledge, needs: list[Need], settings: Any
) -> None:
    pk = answered(partner, pledge).json()["id"]
    picky = needs[0]
    Need.objects.filter(pk=picky.pk).update(countries=["JP"])
    browser, address = owner_page(picky)
    assert "Answers from the board" not in browser.get(address).content.decode()
    who = {"organisation": make_operator(), "by": "user:1", "at": timezone.now()}
    unlisted = make_need(make_operator())
    for need in (picky, unlisted):
        with pytest.raises(Refusal, match="no longer stands"):
            deeds.propose_suggested(need_id=need.pk, suggestion_id=pk, **who)
    with pytest.raises(Refusal, match="no longer stands"):
        deeds.propose_suggested(need_id=needs[1].pk, suggestion_id=pk, **{**who, "organisation": make_partner()})
    Pledge.objects.filter(pk=pledge.pk).update(status="paused")
    with pytest.raises(Refusal, match="no longer stands"):
        deeds.propose_suggested(need_id=needs[1].pk, suggestion_id=pk, **who)


def test_it_shows_a_pledge_the_lines_it_could_serve_by_their_words(partner: Partner) -> None:
    Cohort.objects.update(zone="americas", party_band="2+")
    own = partner.organisation
    fits = [make_pledge(own, country="US", region="", max_party=2), make_pledge(own, remote=True, units_total=2)]
    fits.append(make_pledge(own, service_area=["CA"], max_party=3))
    unfit = [make_pledge(own, max_party=2), make_pledge(own, country="US", region="")]
    seen = [len(partner.get(f"/api/v1/pledges/{one.pk}/candidates").json()["results"]) for one in [*fits, *unfit]]
    assert seen == [6, 6, 6, 0, 0]


def test_it_asks_as_many_questions_however_many_answers_there_are(
    partner: Partner, django_assert_max_num_queries: Any
) -> None:
    for i in range(5):
        answered(partner, make_pledge(partner.organisation), lines(partner)[i])
    with django_assert_max_num_queries(8):
        assert len(partner.get(f"{PATH}?expand=need,pledge").json()["results"]) == 5
