"""Attacks that ask about what belongs to others, and listen to how the answer is given."""

from typing import Any

import pytest
from django.urls import reverse

from kernel.ids import new_id
from tests.api.clients import Partner, api_client
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
MATCHES = "/api/v1/matches"


def plain(answer: Any) -> tuple[int, dict[str, Any]]:
    """Return what an answer says, less what is new in every answer."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "request_id"}


@pytest.mark.parametrize("status", ["draft", "in_review", "expired", "withdrawn", "fulfilled"])
def test_it_tells_a_need_that_is_not_open_nothing_about_any_pledge(status: str) -> None:
    ours = api_client()
    need = make_need(ours.organisation, status=status)
    pledges = [make_pledge().pk, make_pledge(country="JP").pk, new_id("pl")]
    answers = [plain(ours.create(MATCHES, {"need": need.pk, "pledge": pledge})) for pledge in pledges]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][1]["code"] == "illegal_transition"


def test_it_does_not_say_by_its_actors_whose_a_pledge_is() -> None:
    ours, theirs = api_client(), api_client()
    need, pledge = make_need(ours.organisation), make_pledge(theirs.organisation)
    match = ours.create(MATCHES, {"need": need.pk, "pledge": pledge.pk}).json()
    ours.post(f"{MATCHES}/{match['id']}/agree", {}, format="json")
    theirs.post(f"{MATCHES}/{match['id']}/accept", {}, format="json")
    answer = ours.get(f"{MATCHES}/{match['id']}?expand=pledge,need")
    own = f"client:{ours.registered.client_id}"
    assert [row["by"] for row in answer.json()["history"]] == [own, own, "other_side"]
    assert theirs.registered.client_id.encode() not in answer.content
    page = console_client(make_member(ours.organisation)).get(reverse("offers:match", args=[match["id"]]))
    assert own in page.content.decode()
    assert theirs.registered.client_id not in page.content.decode()
    for told in (answer.content, page.content):
        assert theirs.organisation.pk.encode() not in told
        assert theirs.organisation.name.encode() not in told


def test_it_answers_two_organisations_under_one_key_each_for_itself() -> None:
    ours, theirs = api_client(), api_client()
    body = {
        "kind": "housing", "urgency": "soon", "stay_days": 30, "countries": "any", "languages": ["en"],
        "party": {"size": 1, "bands": {"18-59": 1}}, "case_ref": "one and the same",
        "window": {"from": "2027-01-10", "until": "2027-01-17"},
        "consent": {"given": True, "on": "2026-01-01", "for": ["matching"]},
    }  # fmt: skip
    answers = [one.create("/api/v1/needs", body, key="the same key") for one in (ours, theirs)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert "Idempotent-Replayed" not in answers[1]


def _unseen(caller: Partner, address: str) -> tuple[int, dict[str, Any]]:
    status, told = plain(caller.get(address))
    return status, {name: value for name, value in told.items() if name != "instance"}


def test_it_answers_what_is_anothers_exactly_like_what_never_was() -> None:
    ours, theirs = api_client(), api_client()
    need, pledge = make_need(theirs.organisation), make_pledge(theirs.organisation)
    match = theirs.create(MATCHES, {"need": need.pk, "pledge": pledge.pk}).json()["id"]
    for address, known, prefix in (
        ("/api/v1/needs/{}", need.pk, "nd"),
        ("/api/v1/needs/{}/candidates", need.pk, "nd"),
        ("/api/v1/pledges/{}", pledge.pk, "pl"),
        ("/api/v1/pledges/{}/candidates", pledge.pk, "pl"),
        (f"{MATCHES}/{{}}", match, "mt"),
    ):
        told = [_unseen(ours, address.format(pk)) for pk in (known, new_id(prefix))]
        assert told[0] == told[1]
        assert told[0][0] == 404
    for name, known, prefix in (("need", need.pk, "nd"), ("pledge", pledge.pk, "pl")):
        told = [_unseen(ours, f"{MATCHES}?{name}={pk}") for pk in (known, new_id(prefix))]
        assert told[0] == told[1] == (200, {"results": [], "next": None, "previous": None})
