"""Help as it is given, over the API: started, completed, failed; and the report that stops everything."""

from typing import Any

import pytest

from kernel.states import Refusal
from offers.matching.deeds import confirm
from offers.matching.models import LIVE
from offers.models import Incident, Match, Need, Pledge
from tests.api.clients import Partner, api_client
from tests.api.test_matches import PATH, act, refused
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
DEEDS = ("start", "complete", "fail", "safety-report")


@pytest.fixture
def ours(db: None) -> Partner:
    return api_client()


@pytest.fixture
def theirs(db: None) -> Partner:
    return api_client()


@pytest.fixture
def match(ours: Partner, theirs: Partner) -> dict[str, Any]:
    """A match that both sides said yes to."""
    body = {"need": make_need(ours.organisation).pk, "pledge": make_pledge(theirs.organisation, blind_email=b"b").pk}
    made: dict[str, Any] = ours.create(PATH, body).json()
    act(ours, made, "agree")
    accepted = act(theirs, made, "accept")
    assert accepted.status_code == 200
    return made


def gone_to(match: dict[str, Any], status: str) -> None:
    """Bring it where only the console can."""
    Match.objects.filter(pk=match["id"]).update(status=status)
    Need.objects.filter(pk=match["need"]).update(status="matched")


def test_help_begins_and_ends_well(ours: Partner, match: dict[str, Any]) -> None:
    gone_to(match, "contact_disclosed")
    started = act(ours, match, "start", {"reason": "other"})
    assert (started.status_code, started.json()["status"]) == (200, "started")
    assert started.json()["history"][-1]["why"] == "other"
    assert act(ours, match, "start").json() == started.json()
    ended = act(ours, match, "complete")
    assert (ended.status_code, ended.json()["status"]) == (200, "completed")
    assert act(ours, match, "complete").status_code == 200
    assert act(ours, match, "start").json()["status"] == "completed"
    assert Need.objects.get().status == "fulfilled"
    assert Pledge.objects.get().units_held == 0


@pytest.mark.parametrize("deed", ["start", "complete"])
def test_it_says_what_is_legal_instead(ours: Partner, match: dict[str, Any], deed: str) -> None:
    gone_to(match, "confirmed")
    problem = act(ours, match, deed).json()
    assert (problem["status"], problem["code"], problem["state"]) == (409, "illegal_transition", "confirmed")
    assert {"contact_disclosed", "failed"} <= set(problem["legal"])


@pytest.mark.parametrize("reason", ["no_show", "breakdown", "unsafe"])
def test_help_fails_for_a_reason(ours: Partner, match: dict[str, Any], reason: str) -> None:
    gone_to(match, "started")
    failed = act(ours, match, "fail", {"reason": reason})
    assert (failed.status_code, failed.json()["status"]) == (200, "failed")
    assert act(ours, match, "fail", {"reason": "no_show"}).json()["history"][-1]["why"] == reason
    assert Need.objects.get().status == "open"
    assert Pledge.objects.get().status == ("suspended" if reason == "unsafe" else "active")


def test_it_names_the_reason_that_is_missing_or_unknown(ours: Partner, match: dict[str, Any]) -> None:
    for body, code in (({}, "required"), ({"reason": "other"}, "invalid_choice"), ({"reason": None}, "null")):
        assert refused(act(ours, match, "fail", body)) == (400, code, "reason")
    assert Match.objects.get().status == "provider_accepted"


def test_it_fails_only_what_both_sides_agreed_to(ours: Partner, theirs: Partner) -> None:
    body = {"need": make_need(ours.organisation).pk, "pledge": make_pledge(theirs.organisation).pk}
    problem = act(ours, ours.create(PATH, body).json(), "fail", {"reason": "no_show"}).json()
    assert (problem["code"], problem["state"]) == ("illegal_transition", "proposed")
    assert "failed" not in problem["legal"]


def test_only_the_needs_owner_speaks_of_the_help(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    gone_to(match, "started")
    for deed, body in (("start", {}), ("complete", {}), ("fail", {"reason": "no_show"})):
        assert refused(act(theirs, match, deed, body))[:2] == (403, "not_your_side")


def test_nobody_else_finds_it(match: dict[str, Any]) -> None:
    for stranger in (api_client(), api_client(organisation=make_operator())):
        for deed in DEEDS:
            assert act(stranger, match, deed, {"reason": "no_show"}).status_code == 404
    assert not Incident.objects.exists()


@pytest.mark.parametrize("side", ["person", "provider"])
def test_either_side_stops_everything(ours: Partner, theirs: Partner, match: dict[str, Any], side: str) -> None:
    asks, other = (ours, theirs) if side == "person" else (theirs, ours)
    answer = act(asks, match, "safety-report", {"reason": "violence"})
    assert (answer.status_code, answer.json()["frozen"]) == (200, True)
    assert answer.json()["status"] == "provider_accepted"
    assert other.get(f"{PATH}/{match['id']}").json()["frozen"] is True
    assert Pledge.objects.get().status == "suspended"
    incident = Incident.objects.get()
    assert (incident.side, incident.concern, incident.organisation) == (side, "violence", asks.organisation)
    for told in (ours, theirs):
        said = told.get(f"{PATH}/{match['id']}").content.decode()
        assert not [word for word in ("violence", "incident", incident.pk) if word in said]


@pytest.mark.parametrize(
    ("body", "kept"), [({}, "other"), ({"reason": "exposure"}, "exposure"), ({"reason": "he_hit_me"}, "other")]
)
def test_it_is_heard_whatever_word_it_finds(
    theirs: Partner, match: dict[str, Any], body: dict[str, Any], kept: str
) -> None:
    assert act(theirs, match, "safety-report", body).status_code == 200
    assert Incident.objects.get().concern == kept


def test_a_sentence_is_no_word(ours: Partner, match: dict[str, Any]) -> None:
    assert refused(act(ours, match, "safety-report", {"reason": "He hit me"})) == (400, "bad_format", "reason")


def test_it_says_for_whom_where_both_sides_are_one(ours: Partner) -> None:
    body = {"need": make_need(ours.organisation).pk, "pledge": make_pledge(ours.organisation).pk}
    made = ours.create(PATH, body).json()
    assert act(ours, made, "safety-report", {"by": "provider"}).status_code == 200
    assert act(ours, made, "safety-report").status_code == 200
    assert sorted(Incident.objects.values_list("side", flat=True)) == ["person", "provider"]


def test_what_is_frozen_can_be_called_off_or_fail_and_nothing_else(
    ours: Partner, theirs: Partner, match: dict[str, Any]
) -> None:
    act(theirs, match, "safety-report")
    for status in LIVE:
        Match.objects.filter(pk=match["id"]).update(status=status)
        for partner, deed in (
            (ours, "agree"), (theirs, "accept"), (ours, "decline"), (theirs, "decline"), (ours, "start"),
            (ours, "complete"),
        ):  # fmt: skip
            answer = act(partner, match, deed)
            if answer.status_code == 200:  # what is done already is answered as ever
                assert (answer.json()["status"], answer.json()["frozen"]) == (status, True)
                continue
            problem = answer.json()
            assert (problem["status"], problem["code"], problem["state"]) == (409, "frozen", status)
            assert problem["legal"] == ["canceled", "failed"]
    Match.objects.filter(pk=match["id"]).update(status="person_agreed")
    assert act(ours, match, "fail", {"reason": "unsafe"}).json()["status"] == "failed"
    assert Need.objects.get().status == "open"


def test_what_is_over_and_never_met_is_not_reported(ours: Partner, theirs: Partner, match: dict[str, Any]) -> None:
    act(ours, match, "cancel")
    problem = act(theirs, match, "safety-report").json()
    assert (problem["code"], problem["state"], problem["legal"]) == ("illegal_transition", "canceled", [])
    assert Pledge.objects.get().status == "active"


def test_the_second_person_cannot_confirm_what_is_frozen(ours: Partner, match: dict[str, Any]) -> None:
    act(ours, match, "safety-report")
    frozen = Match.objects.get()
    with pytest.raises(Refusal) as refusal:
        confirm(match=frozen, organisation=ours.organisation, by="user:9", at=frozen.updated_at)
    assert refusal.value.code == "frozen"
