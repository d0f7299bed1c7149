"""Pledges over the API: a partner brings them, keeps them true, and sees its own in full less the contact."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from api.v1.pledges import PledgeOut, Pledges
from kernel.vault.models import GroupKey, SealedRecord
from offers.kinds.vocabulary import Kind
from offers.matching.deeds import propose
from offers.models import Match, Pledge
from tests.api.clients import api_client
from tests.factories.keys import make_group_keys
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner, make_trust
from tests.factories.pledges import make_pledge

PATH = "/api/v1/pledges"


def example(**members):
    return {**deepcopy(Pledges.examples["create"]), **members}


@pytest.fixture
def operator(db):
    operator = make_operator()
    make_group_keys(operator)
    return operator


@pytest.fixture
def partner(operator):
    return api_client(["pledges:read", "pledges:write"])


@pytest.fixture
def trusted(operator):
    organisation = make_partner()
    make_trust(organisation, "providers")
    return api_client(["pledges:read", "pledges:write"], organisation=organisation)


def problem(answer, status, code, attr=None):
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    if attr is not None:
        assert attr in [error["attr"] for error in said["errors"]], said


def test_it_takes_the_example_of_the_schema(partner):
    answer = partner.create(PATH, example())
    assert answer.status_code == 201, answer.json()
    assert answer["Location"].endswith(f"{PATH}/{answer.json()['id']}")
    assert answer["ETag"].startswith('"')
    assert answer.json()["status"] == "vetting"
    assert (answer.json()["unit"], answer.json()["exclusive"]) == ("room", True)


def test_it_answers_exactly_the_members_of_the_contract(partner):
    said = partner.create(PATH, example()).json()
    assert set(said) == set(PledgeOut().fields)


def test_it_takes_the_least_there_is(partner):
    least = {name: example()[name] for name in ("kind", "units_total", "provider", "availability", "country")}
    answer = partner.create(PATH, {**least, "contact": {"name": "A.", "phone": "+1 202 555 0101"}})
    assert answer.status_code == 201, answer.json()


@pytest.mark.parametrize("missing", ["kind", "units_total", "provider", "availability", "country", "contact"])
def test_it_asks_for_what_is_missing(partner, missing):
    body = example()
    del body[missing]
    problem(partner.create(PATH, body), 400, "required", missing)
    assert not Pledge.objects.exists()


@pytest.mark.parametrize("kind", Kind.values)
def test_it_takes_every_member_for_every_kind(trusted, kind):
    body = example(
        kind=kind,
        exclusive=True,
        min_stay_days=2,
        max_stay_days=90,
        city=2950159,
        service_area=["FR"],
        radius_km=20,
        remote=True,
        verified_features=["quiet"],
        vetting_valid_until="2027-06-01",
    )
    answer = trusted.create(PATH, body)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["status"] == "active"
    assert answer.json()["vetting_valid_until"] == "2027-06-01"


@pytest.mark.parametrize("claim", [{"verified_features": ["quiet"]}, {"vetting_valid_until": "2027-06-01"}])
def test_it_takes_no_claim_from_the_untrusted(partner, claim):
    problem(partner.create(PATH, example(**claim)), 403, "not_trusted", next(iter(claim)))
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(
    ("members", "attr"),
    [
        ({"kind": "castle"}, "kind"),
        ({"kind": 0}, "kind"),
        ({"units_total": 0}, "units_total"),
        ({"units_total": "2"}, "units_total"),
        ({"provider": {"type": "robot"}}, "provider.type"),
        ({"provider": {"type": "person", "name": "X"}}, "provider.name"),
        ({"availability": []}, "availability"),
        ({"availability": [{"from": "2027-02-01", "until": "2027-01-01"}]}, "availability.0.until"),
        ({"availability": [{"from": "2020-01-01", "until": "2020-02-01"}]}, "availability"),
        ({"country": "XX"}, "country"),
        ({"region": "FR-75"}, "region"),
        ({"city": 1}, "city"),
        ({"languages": ["zz"]}, "languages"),
        ({"languages": ["my name"]}, "languages.0"),
        ({"features": ["haunted"]}, "features.0"),
        ({"service_area": ["XX"]}, "service_area.0"),
        ({"exclusive": False}, "exclusive"),
        ({"exclusive": 0}, "exclusive"),
        ({"max_stay_days": 1, "min_stay_days": 2}, "max_stay_days"),
        ({"status": "active"}, "status"),
        ({"units_held": 0}, "units_held"),
        ({"free_text": "x"}, "free_text"),
        ({"contact": {"name": "A."}}, "contact.email"),
        ({"contact": {"email": "a@example.org"}}, "contact.name"),
        ({"contact": {"name": "A.", "email": "nowhere"}}, "contact.email"),
        ({"contact": {"name": "A\0", "email": "a@example.org"}}, "contact.name"),
        ({"contact": {"name": "A.", "email": "a@example.org", "passport": "X"}}, "contact.passport"),
        ({"contact": {"name": "A.", "email": "a@example.org", "note": "x" * 1001}}, "contact.note"),
        ({"contact": {"name": "A.", "email": "a@example.org", "note": "🏠" * 1000, "address": "🏠" * 400}}, "contact"),
        ({"contact": None}, "contact"),
    ],
)
def test_it_names_the_member_that_is_wrong(partner, members, attr):
    answer = partner.create(PATH, example(**members))
    assert answer.status_code == 400, answer.json()
    assert attr in [error["attr"] for error in answer.json()["errors"]], answer.json()
    assert not Pledge.objects.exists()
    assert not SealedRecord.objects.exists()


def test_it_refuses_half_a_character(partner):
    body = json.dumps(example(contact={"name": "\ud800", "email": "a@example.org"}))
    headers = {"Idempotency-Key": "half"}
    answer = partner.post(PATH, body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert not Pledge.objects.exists()


def test_it_never_answers_with_the_contact(partner):
    made = partner.create(PATH, example())
    path = f"{PATH}/{made.json()['id']}"
    for answer in (made, partner.get(path), partner.get(PATH), partner.change(path, {"units_total": 3})):
        assert "helper@example.org" not in answer.content.decode()
        assert "contact" not in answer.content.decode()


def test_it_takes_nothing_in_without_keys(partner):
    GroupKey.objects.all().delete()
    problem(partner.create(PATH, example()), 503, "no_group_key")


def test_it_shows_nobody_elses(partner, operator):
    others = [make_pledge(operator), make_pledge(make_partner())]
    assert partner.get(PATH).json()["results"] == []
    for pledge in others:
        problem(partner.get(f"{PATH}/{pledge.pk}"), 404, "not_found")
        for deed in ("pause", "resume", "withdraw"):
            problem(partner.post(f"{PATH}/{pledge.pk}/{deed}", {}, format="json"), 404, "not_found")
        answer = partner.patch(f"{PATH}/{pledge.pk}", {}, format="json", headers={"If-Match": "*"})
        problem(answer, 404, "not_found")


def test_it_shows_the_operator_no_draft_of_the_public_form(operator):
    make_pledge(operator, status="draft")
    assert api_client(organisation=operator).get(PATH).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [("status=active", 1), ("status=paused", 1), ("kind=legal", 1), ("country=FR", 1), ("country=DE&status=active", 0)],
)
def test_it_narrows_the_list(partner, query, found):
    make_pledge(partner.organisation, country="FR", region="")
    make_pledge(partner.organisation, status="paused", kind="legal", exclusive=False)
    assert len(partner.get(f"{PATH}?{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["status=draft", "kind=castle", "country=fr", "country=F%00", "colour=red"])
def test_it_refuses_a_filter_that_cannot_be(partner, query):
    assert partner.get(f"{PATH}?{query}").status_code == 400


def test_it_lists_what_changed_since(partner):
    old = make_pledge(partner.organisation, updated_at=timezone.now() - timedelta(days=2))
    new = make_pledge(partner.organisation)
    since = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = [row["id"] for row in partner.get(f"{PATH}?modified_after={since}").json()["results"]]
    assert ids == [new.pk]
    assert old.pk not in ids


def test_it_changes_dates_without_a_new_check(partner):
    pledge = make_pledge(partner.organisation)
    answer = partner.change(f"{PATH}/{pledge.pk}", {"availability": [{"from": "2027-01-01", "until": "2027-02-01"}]})
    assert (answer.status_code, answer.json()["status"]) == (200, "active"), answer.json()


def test_it_has_a_material_change_vetted_again(partner):
    pledge = make_pledge(partner.organisation)
    answer = partner.change(f"{PATH}/{pledge.pk}", {"country": "FR"}).json()
    assert (answer["status"], answer["region"], answer["vetting_valid_until"]) == ("vetting", None, None)


def test_it_has_another_contact_vetted_again(partner):
    pledge = make_pledge(partner.organisation)
    answer = partner.change(f"{PATH}/{pledge.pk}", {"contact": {"name": "B.", "phone": "+1 202 555 0102"}})
    assert answer.json()["status"] == "vetting"
    assert SealedRecord.objects.filter(record_id=pledge.pk).exists()


def test_it_clears_what_may_be_empty(partner):
    pledge = make_pledge(partner.organisation, max_stay_days=9, radius_km=5, city=2950159)
    patch = {"max_stay_days": None, "radius_km": None, "city": None, "region": None}
    said = partner.change(f"{PATH}/{pledge.pk}", patch).json()
    assert [said[name] for name in patch] == [None] * 4


def test_it_takes_null_as_back_to_the_default(partner):
    pledge = make_pledge(partner.organisation, notice_days=9, remote=True, service_area=["FR"], features=["quiet"])
    patch = {"notice_days": None, "remote": None, "service_area": None, "features": None, "languages": None}
    said = partner.change(f"{PATH}/{pledge.pk}", patch).json()
    assert [said[name] for name in patch] == [0, False, [], [], []]


@pytest.mark.parametrize("patch", [{"units_total": None}, {"kind": None}, {"max_party": None}, {"status": "active"}])
def test_it_refuses_a_patch_that_cannot_be(partner, patch):
    pledge = make_pledge(partner.organisation)
    assert partner.change(f"{PATH}/{pledge.pk}", patch).status_code == 400


def test_it_changes_only_what_was_read(partner):
    pledge = make_pledge(partner.organisation)
    path = f"{PATH}/{pledge.pk}"
    etag = partner.get(path)["ETag"]
    assert partner.change(path, {"units_total": 2}, etag=etag).status_code == 200
    problem(partner.change(path, {"units_total": 3}, etag=etag), 412, "stale")
    problem(partner.patch(path, {"units_total": 3}, format="json"), 428, "if_match_required")


def test_it_keeps_what_is_promised(partner, operator):
    pledge = make_pledge(partner.organisation, units_total=2)
    need = make_need(operator)
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=operator, by="user:1", at=timezone.now())
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()
    path = f"{PATH}/{pledge.pk}"
    patch = {"availability": [{"from": timezone.localdate().isoformat(), "until": soon}]}
    problem(partner.change(path, patch), 409, "live_hold", "availability")
    problem(partner.change(path, {"country": "FR"}), 409, "live_hold", "country")
    assert partner.post(f"{path}/withdraw", {}, format="json").json()["units_held"] == 0
    assert Match.objects.get().status == "canceled"


def test_it_pauses_resumes_and_withdraws_and_repeats_nothing(partner):
    path = f"{PATH}/{make_pledge(partner.organisation).pk}"
    for deed, status in (("pause", "paused"), ("resume", "active"), ("withdraw", "withdrawn")):
        for _ in range(2):
            answer = partner.post(f"{path}/{deed}", {"reason": "changed_plans"}, format="json")
            assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert Pledge.objects.get().history.count() == 3


@pytest.mark.parametrize("status", ["vetting", "suspended", "rejected"])
@pytest.mark.parametrize("deed", ["pause", "resume"])
def test_it_takes_nothing_past_vetting(partner, status, deed):
    pledge = make_pledge(partner.organisation, status=status)
    answer = partner.post(f"{PATH}/{pledge.pk}/{deed}", {}, format="json")
    problem(answer, 409, "illegal_transition")
    assert answer.json()["state"] == status


def test_a_rejected_one_is_not_withdrawn(partner):
    pledge = make_pledge(partner.organisation, status="rejected")
    problem(partner.post(f"{PATH}/{pledge.pk}/withdraw", {}, format="json"), 409, "illegal_transition")


def test_it_needs_the_scope(operator):
    reader = api_client(["pledges:read"])
    problem(reader.create(PATH, example()), 403, "insufficient_scope")


def test_it_brings_the_same_pledge_once(partner):
    answers = [partner.create(PATH, example(), key="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Pledge.objects.count() == 1


def test_it_takes_many_and_answers_for_each(partner):
    rows = [example(), example(kind="castle"), example(verified_features=["quiet"]), example(kind="legal"), 7]
    results = partner.create(f"{PATH}/bulk", {"rows": rows}).json()["results"]
    assert [row["status"] for row in results] == [201, 400, 403, 201, 400]
    assert Pledge.objects.count() == SealedRecord.objects.count() == 2
    assert "helper@example.org" not in str(results)


def test_it_finds_the_same_address_whether_it_came_alone_or_among_many(partner):
    partner.create(PATH, example())
    partner.create(f"{PATH}/bulk", {"rows": [example(), {"contact": {"email": "\n"}}, {"contact": 1}]})
    first, second = (bytes(pledge.blind_email) for pledge in Pledge.objects.all())
    assert first == second
