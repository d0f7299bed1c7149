from datetime import timedelta
from typing import Any

import pytest

from api.v1.matches import MatchOut, MoveOut
from kernel.ids import new_id
from offers.models import Match, Need, Pledge
from tests.api.clients import Partner, api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
PATH = "/api/v1/matches"


@pytest.fixture
def ours(db: None) -> Partner:
    return api_client()


@pytest.fixture
def theirs(db: None) -> Partner:
    return api_client()


@pytest.fixture
def need(ours: Partner) -> Need:
    return make_need(ours.organisation)


@pytest.fixture
def pledge(theirs: Partner) -> Pledge:
    return make_pledge(theirs.organisation)


@pytest.fixture
def match(ours: Partner, need: Need, pledge: Pledge) -> dict[str, Any]:
    answer = ours.create(PATH, {"need": need.pk, "pledge": pledge.pk})
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def act(partner: Partner, match: dict[str, Any], deed: str, body: dict[str, Any] | None = None) -> Any:
    return partner.post(f"{PATH}/{match['id']}/{deed}", body or {}, format="json")


def refused(answer: Any) -> tuple[int, str, str | None]:
    problem = answer.json()
    return answer.status_code, problem["code"], problem["errors"][0]["attr"]


def test_it_proposes_and_takes_the_hold(ours: Partner, need: Need, pledge: Pledge) -> None:
    answer = ours.create(PATH, {"need": need.pk, "pledge": pledge.pk, "units": 1})
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"].endswith(f"{PATH}/{body['id']}")
    assert answer["ETag"] == ours.get(f"{PATH}/{body['id']}")["ETag"]
    assert set(body) == set(MatchOut().fields)
    assert set(body["history"][0]) == set(MoveOut().fields)
    assert (body["status"], body["need"], body["pledge"]) == ("proposed", need.pk, pledge.pk)
    assert body["from"] == need.window_from.isoformat()
    assert body["until"] == (need.window_until + timedelta(days=need.stay_days)).isoformat()
    assert sum(body["components"].values()) == body["score"]
    assert [(row["from"], row["to"], row["why"]) for row in body["history"]] == [(None, "proposed", None)]
    need.refresh_from_db()
    pledge.refresh_from_db()
    assert (need.status, pledge.units_held) == ("held", 1)


def test_it_narrows_the_hold_to_a_named_start(ours: Partner, need: Need, pledge: Pledge) -> None:
    start = need.window_from + timedelta(days=2)
    body = ours.create(PATH, {"need": need.pk, "pledge": pledge.pk, "from": start.isoformat()}).json()
    assert (body["from"], body["until"]) == (start.isoformat(), (start + timedelta(days=30)).isoformat())
    other = make_need(ours.organisation)
    late = {"need": other.pk, "pledge": pledge.pk, "from": other.window_until.isoformat()}
    assert refused(ours.create(PATH, late)) == (400, "start_outside_window", "from")


def test_it_goes_the_whole_way_that_is_open_to_the_api(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    assert act(ours, match, "propose").json() == match
    assert act(ours, match, "agree").json()["status"] == "person_agreed"
    accepted = act(theirs, match, "accept", {"reason": "gladly"})
    assert (accepted.status_code, accepted.json()["status"]) == (200, "provider_accepted")
    assert accepted.json()["hold_expires_at"] is None
    assert accepted.json()["history"] is None
    again = act(ours, match, "agree")
    assert (again.status_code, again.json()["status"]) == (200, "provider_accepted")
    assert [row["why"] for row in again.json()["history"]] == [None, None, "other"]
    assert act(ours, match, "propose").json()["status"] == "provider_accepted"


def test_it_says_what_is_legal_when_a_move_is_not(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    problem = act(theirs, match, "accept").json()
    assert (problem["status"], problem["code"], problem["state"]) == (409, "illegal_transition", "proposed")
    assert "person_agreed" in problem["legal"]
    act(ours, match, "cancel")
    assert refused(act(ours, match, "agree"))[:2] == (409, "illegal_transition")
    assert act(ours, match, "cancel").status_code == 200


def test_it_lets_nobody_speak_for_the_other_side(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    for partner, deed, body in (
        (theirs, "agree", {}), (ours, "accept", {}), (theirs, "propose", {}), (ours, "decline", {"by": "provider"}),
    ):  # fmt: skip
        assert refused(act(partner, match, deed, body))[:2] == (403, "not_your_side")


def test_it_declines_for_the_side_that_asks(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    declined = act(theirs, match, "decline", {"reason": "changed_plans"})
    assert declined.json()["status"] == "declined_by_provider"
    assert act(theirs, match, "decline").status_code == 200
    assert Need.objects.get().status == "open"
    assert Pledge.objects.get().units_held == 0


def test_it_asks_for_whom_where_both_sides_are_one(ours: Partner) -> None:
    need, pledge = make_need(ours.organisation), make_pledge(ours.organisation)
    match = ours.create(PATH, {"need": need.pk, "pledge": pledge.pk}).json()
    assert refused(act(ours, match, "decline")) == (400, "by_required", "by")
    assert act(ours, match, "decline", {"by": "person"}).json()["status"] == "declined_by_person"


def test_it_refuses_what_is_taken_to_the_loser(ours: Partner, match: dict[str, Any], pledge: Pledge) -> None:
    other = make_need(ours.organisation)
    body = {"need": other.pk, "pledge": pledge.pk}
    assert refused(ours.create(PATH, body)) == (409, "capacity_taken", "pledge")


def test_it_refuses_a_second_match_for_a_held_need(
    ours: Partner, theirs: Partner, match: dict[str, Any], need: Need
) -> None:
    answer = ours.create(PATH, {"need": need.pk, "pledge": make_pledge(theirs.organisation).pk})
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "illegal_transition", "held")


def test_it_cannot_tell_another_s_pledge_from_one_that_never_was(ours: Partner, theirs: Partner, need: Need) -> None:
    unfit = [
        make_pledge(theirs.organisation, **traits)
        for traits in ({"status": "paused"}, {"country": "LT", "region": ""}, {"kind": "legal"}, {"status": "draft"})
    ]
    answers = [
        ours.create(PATH, {"need": need.pk, "pledge": wanted}) for wanted in [*(p.pk for p in unfit), new_id("pl")]
    ]
    told = {repr({**answer.json(), "request_id": ""}) for answer in answers}
    assert len(told) == 1
    assert refused(answers[0]) == (400, "unknown_reference", "pledge")


def test_it_knows_no_need_of_another(ours: Partner, theirs: Partner, need: Need, pledge: Pledge) -> None:
    for wanted in (need.pk, new_id("nd")):
        body = {"need": wanted, "pledge": pledge.pk}
        assert refused(theirs.create(PATH, body)) == (400, "unknown_reference", "need")


def test_it_names_the_rule_for_one_s_own_pledge_and_for_the_operator(ours: Partner, need: Need) -> None:
    own = make_pledge(ours.organisation, languages=["ce"])
    answer = ours.create(PATH, {"need": need.pk, "pledge": own.pk})
    assert refused(answer) == (409, "not_a_candidate", "pledge")
    assert answer.json()["rule"] == "language"
    operator = api_client(organisation=make_operator())
    body = {"need": make_need(make_operator()).pk, "pledge": own.pk}
    assert operator.create(PATH, body).json()["rule"] == "language"


def test_it_shows_cards_on_request(ours: Partner, theirs: Partner, match: dict[str, Any], need: Need) -> None:
    path = f"{PATH}/{match['id']}"
    mine = ours.get(path, {"expand": "need,pledge"}).json()
    assert mine["pledge"]["id"] == match["pledge"]
    assert set(mine["pledge"]) == {"id", "kind", "features", "country", "region", "units", "dates"}
    assert mine["need"]["case_ref"] == ours.get(f"/api/v1/needs/{need.pk}").json()["case_ref"]
    other = theirs.get(path, {"expand": "need"}).json()
    assert other["need"] == {"id": need.pk, "kind": "housing", "units": 1, "party": {"size": 1}}
    narrow = api_client(scopes=["matches:read"], organisation=ours.organisation)
    assert "case_ref" not in narrow.get(path, {"expand": "need"}).json()["need"]
    assert refused(ours.get(path, {"expand": "history"})) == (400, "unknown_expand", "expand")


def test_it_lists_what_one_is_a_side_of(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    for partner in (ours, theirs):
        assert [row["id"] for row in partner.get(PATH).json()["results"]] == [match["id"]]
        for query in ({"status": "proposed"}, {"need": match["need"]}, {"pledge": match["pledge"]}):
            assert len(partner.get(PATH, query).json()["results"]) == 1
    assert ours.get(PATH, {"status": "canceled"}).json()["results"] == []
    assert ours.get(PATH, {"modified_after": match["updated_at"]}).json()["results"][0]["id"] == match["id"]
    assert ours.get(PATH, {"modified_after": "2100-01-01T00:00:00Z"}).json()["results"] == []
    assert ours.get(PATH, {"status": "suggested"}).json()["results"] == []
    assert refused(ours.get(PATH, {"status": "wished"}))[0] == 400
    for stranger in (api_client(), api_client(organisation=make_operator())):
        assert stranger.get(PATH).json()["results"] == []
        assert stranger.get(f"{PATH}/{match['id']}").status_code == 404
        assert act(stranger, match, "cancel").status_code == 404


def test_it_answers_304_to_who_has_it_already(ours: Partner, match: dict[str, Any]) -> None:
    path = f"{PATH}/{match['id']}"
    etag = ours.get(path)["ETag"]
    assert ours.get(path, headers={"If-None-Match": etag}).status_code == 304
    act(ours, match, "agree")
    assert ours.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_it_asks_the_database_as_often_for_many_as_for_few(
    ours: Partner, theirs: Partner, match: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    for _ in range(8):
        body = {"need": make_need(ours.organisation).pk, "pledge": make_pledge(theirs.organisation).pk}
        assert ours.create(PATH, body).status_code == 201
    with django_assert_max_num_queries(9):
        assert len(ours.get(PATH, {"expand": "need,pledge"}).json()["results"]) == 9


def test_it_proposes_once_under_one_key(ours: Partner, need: Need, pledge: Pledge) -> None:
    body = {"need": need.pk, "pledge": pledge.pk}
    first, again = ours.create(PATH, body, key="k1"), ours.create(PATH, body, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert Match.objects.count() == 1
    assert refused(ours.post(PATH, body, format="json"))[:2] == (400, "idempotency_key_required")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"need": None}, "null"), ({"need": "nd_1"}, "bad_format"), ({"pledge": "pub_" + "a" * 26}, "bad_format"),
        ({"units": 0}, "min_value"), ({"units": "1"}, "invalid"), ({"from": "tomorrow"}, "invalid"),
        ({"score": 1000}, "unknown_field"),
    ],
)  # fmt: skip
def test_it_refuses_a_body_it_does_not_know(ours: Partner, change: dict[str, Any], code: str) -> None:
    answer = ours.create(PATH, {"need": new_id("nd"), "pledge": new_id("pl"), **change})
    assert refused(answer) == (400, code, next(iter(change)))


def test_it_asks_for_the_scope_of_the_deed(ours: Partner, match: dict[str, Any]) -> None:
    reader = api_client(scopes=["matches:read"], organisation=ours.organisation)
    assert reader.get(f"{PATH}/{match['id']}").status_code == 200
    assert refused(reader.create(PATH, {}))[:2] == (403, "insufficient_scope")
    for deed in ("propose", "agree", "accept", "decline", "cancel", "start", "complete", "fail", "safety-report"):
        assert refused(act(reader, match, deed))[:2] == (403, "insufficient_scope")
