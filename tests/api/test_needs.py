"""Needs over the API: written, handed over, changed, taken back; and never anybody else's."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.v1.needs import NeedOut, Needs
from kernel import ids
from offers.needs.models import Need
from tests.api.clients import api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner, make_trust

pytestmark = pytest.mark.django_db
NEEDS = "/api/v1/needs"


def body(**changes: Any) -> dict[str, Any]:
    """Return the schema's example with days that lie ahead."""
    today = timezone.now().date()
    said = deepcopy(Needs.examples["create"])
    said["window"] = {"from": str(today + timedelta(days=20)), "until": str(today + timedelta(days=27))}
    said["consent"]["on"] = str(today)
    return {**said, **changes}


def test_it_writes_a_draft_and_shows_it_to_its_owner() -> None:
    caller = api_client()
    made = caller.create(NEEDS, body())
    assert made.status_code == 201, made.content
    assert made["Location"].endswith(f"{NEEDS}/{made.json()['id']}")
    assert made.json() == {
        **body(),
        "id": made.json()["id"],
        "status": "draft",
        "units": 1,
        "countries_excluded": [],
        "exclusions": [],
        "consent": {**body()["consent"], "for": sorted(body()["consent"]["for"])},
        "linked": [],
        "publication": "waiting",
        "expires_at": f"{body()['window']['until']}T00:00:00Z",
        "created_at": made.json()["created_at"],
        "updated_at": made.json()["updated_at"],
    }
    assert set(made.json()) == set(NeedOut().fields)
    read = caller.get(made["Location"])
    assert (read.status_code, read.json(), read["ETag"]) == (200, made.json(), made["ETag"])
    assert caller.get(made["Location"], headers={"If-None-Match": read["ETag"]}).status_code == 304


def test_it_opens_on_submit_for_a_trusted_organisation_and_waits_for_others() -> None:
    trusted, other = make_partner(), make_partner()
    make_trust(trusted, "needs")
    for organisation, status in ((trusted, "open"), (other, "in_review")):
        caller = api_client(organisation=organisation)
        where = caller.create(NEEDS, body())["Location"]
        for _twice in range(2):
            answer = caller.post(f"{where}/submit", {}, format="json")
            assert (answer.status_code, answer.json()["status"]) == (200, status)


@pytest.mark.parametrize(
    ("changes", "attr", "code"),
    [
        ({"name": "x"}, "name", "unknown_field"),
        ({"nationality": "RU"}, "nationality", "unknown_field"),
        ({"kind": 0}, "kind", "invalid_choice"),
        ({"units": "1"}, "units", "invalid"),
        ({"stay_days": True}, "stay_days", "invalid"),
        ({"countries": []}, "countries", None),
        ({"countries": "all"}, "countries", None),
        ({"languages": ["Russian"]}, "languages.0", "bad_format"),
        ({"requires": ["quiet", "quiet"]}, "requires", "repeated"),
        ({"prefers": ["quiet", "insured", "licensed", "pets_ok", "smoke_free", "step_free"]}, "prefers", None),
        ({"party": {"size": 2, "bands": {"18-59": 1}}}, "party.bands", "party_does_not_add_up"),
        ({"party": {"size": 1, "bands": {"13-17": 1}}}, "requires", "safeguarding"),
        ({"party": {"size": 1, "bands": {"18-59": 1}, "names": []}}, "party.names", "unknown_field"),
        ({"window": {"from": "2027-02-01", "until": "2027-02-01"}}, "window.until", None),
        ({"consent": {"given": 1, "on": "2026-01-01", "for": []}}, "consent.given", "invalid"),
        ({"case_ref": "a\u0000b"}, "case_ref", None),
        ({"case_ref": "x" * 201}, "case_ref", "max_length"),
    ],
)
def test_it_refuses_a_bad_body_naming_the_field(changes: dict[str, Any], attr: str, code: str | None) -> None:
    answer = api_client().create(NEEDS, body(**changes))
    assert answer.status_code == 400, answer.content
    errors = answer.json()["errors"]
    assert attr in [error["attr"] for error in errors], errors
    assert code is None or code in [error["code"] for error in errors]
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "name",
    ["kind", "urgency", "party", "window", "stay_days", "countries", "languages", "consent", "case_ref"],
)
def test_it_asks_for_what_is_required(name: str) -> None:
    said = body()
    del said[name]
    answer = api_client().create(NEEDS, said)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, name)


def test_it_shows_nobody_elses_need_not_even_to_the_operator() -> None:
    need = make_need(make_partner())
    unknown = ids.new_id("nd")
    for caller in (api_client(), api_client(organisation=make_operator())):
        hidden, absent = (caller.get(f"{NEEDS}/{pk}") for pk in (need.pk, unknown))
        assert (hidden.status_code, absent.status_code) == (404, 404)
        for answer in (hidden, absent):
            assert answer.json()["code"] == "not_found"
        assert caller.get(NEEDS).json()["results"] == []
        for act in ("submit", "withdraw", "fulfil"):
            assert caller.post(f"{NEEDS}/{need.pk}/{act}", {}, format="json").status_code == 404


def test_it_refuses_writes_to_a_read_only_client() -> None:
    caller = api_client(scopes=["needs:read"])
    need = make_need(caller.organisation)
    assert caller.create(NEEDS, body()).status_code == 403
    assert caller.post(f"{NEEDS}/{need.pk}/withdraw", {}, format="json").status_code == 403
    assert caller.get(NEEDS).json()["results"][0]["id"] == need.pk


def test_it_changes_what_a_patch_names_and_nothing_else() -> None:
    caller = api_client()
    where = caller.create(NEEDS, body())["Location"]
    answer = caller.change(where, {"stay_days": 90, "party": {"size": 2, "bands": {"3-12": 0}}})
    assert answer.status_code == 200, answer.content
    assert answer.json()["stay_days"] == 90
    assert answer.json()["party"] == {"size": 2, "bands": {"0-2": 0, "3-12": 0, "13-17": 0, "18-59": 2, "60+": 0}}
    assert answer.json()["case_ref"] == body()["case_ref"]


def test_it_wants_a_fresh_etag_for_a_patch() -> None:
    caller = api_client()
    where = caller.create(NEEDS, body())["Location"]
    etag = caller.get(where)["ETag"]
    assert caller.patch(where, {"stay_days": 9}, format="json").status_code == 428
    assert caller.change(where, {"stay_days": 9}, etag=etag).status_code == 200
    assert caller.change(where, {"stay_days": 8}, etag=etag).status_code == 412


def test_it_says_what_is_legal_when_something_is_not() -> None:
    caller = api_client()
    need = make_need(caller.organisation, status="fulfilled")
    answer = caller.post(f"{NEEDS}/{need.pk}/withdraw", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert "fulfilled" in answer.json()["detail"]


def test_it_takes_many_and_answers_for_each() -> None:
    caller = api_client()
    answer = caller.create(f"{NEEDS}/bulk", {"rows": [body(), body(kind="x"), body(case_ref="other")]})
    assert answer.status_code == 200, answer.content
    assert [row["status"] for row in answer.json()["results"]] == [201, 400, 201]
    assert Need.objects.count() == 2


def test_it_keeps_the_case_reference_out_of_the_database() -> None:
    caller = api_client()
    caller.create(NEEDS, body(case_ref="Kanarienvogel"))
    row = Need.objects.values().get()
    assert not [name for name, value in row.items() if b"Kanarienvogel" in str(value).encode()]
    assert b"Kanarienvogel" not in bytes(row["case_ref_sealed"])


def test_it_lists_by_status_and_kind() -> None:
    caller = api_client()
    room, doctor = make_need(caller.organisation), make_need(caller.organisation, kind="medical", status="draft")
    assert [row["id"] for row in caller.get(f"{NEEDS}?kind=medical").json()["results"]] == [doctor.pk]
    assert [row["id"] for row in caller.get(f"{NEEDS}?status=open").json()["results"]] == [room.pk]
    assert caller.get(f"{NEEDS}?status=lost").status_code == 400
    assert caller.get(f"{NEEDS}?colour=red").status_code == 400


def test_it_costs_the_same_queries_for_one_need_as_for_many() -> None:
    caller = api_client()
    counts = []
    for _ in range(2):
        make_need(caller.organisation)
        with CaptureQueriesContext(connection) as asked:
            caller.get(NEEDS)
        counts.append(len(asked))
    assert counts[0] == counts[1]
