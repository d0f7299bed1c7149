"""The public directory: only what organisations that agreed offer themselves, in the words of HSDS 3."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.matching.deeds import propose
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.editing import edit
from offers.pledges.models import Pledge
from offers.pledges.submitting import confirm_email, submit
from offers.pledges.vetting import missing_checks, record_step, sign_vetting
from tests.api.clients import api_client
from tests.factories.keys import make_group_keys
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner, make_trust
from tests.factories.pledges import days_ahead, make_contact, make_pledge
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db
SERVICES = "/hsds/services"
LISTS = [SERVICES, "/hsds/service_at_locations", "/hsds/organizations", "/hsds/taxonomies", "/hsds/taxonomy_terms"]

# what the standard's JSON Schemas require of each object, less what it requires of tables alone
# https://github.com/openreferral/specification/tree/3.0/schema
REQUIRED: dict[str, set[str]] = {
    "service": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "service_at_location": {"id"},
    "location": {"id", "location_type"},
    "language": {"id"},
    "service_area": {"id"},
    "attribute": {"id", "link_id", "taxonomy_term_id", "link_entity"},
    "taxonomy": {"id", "name", "description"},
    "taxonomy_term": {"id", "name", "description"},
}
# and every member of it that we use, so that none is ours
KNOWN: dict[str, set[str]] = {
    "service": {"description", "application_process", "organization", "languages", "service_areas"}
    | {"service_at_locations", "attributes"},
    "organization": {"locations"},
    "service_at_location": {"location", "service"},
    "location": {"name", "description"},
    "language": {"service_id", "name", "code"},
    "service_area": {"service_id", "name", "extent", "extent_type"},
    "attribute": {"link_type", "taxonomy_term"},
    "taxonomy": set(),
    "taxonomy_term": {"code", "taxonomy", "taxonomy_id", "language"},
}
WITHIN = {
    "organization": "organization",
    "languages": "language",
    "service_areas": "service_area",
    "service_at_locations": "service_at_location",
    "attributes": "attribute",
    "location": "location",
    "locations": "location",
    "service": "service",
    "taxonomy_term": "taxonomy_term",
}


def flaws(what: str, members: dict[str, Any]) -> Iterator[str]:
    """Yield what the standard would not take about an object, and about those within it."""
    for name in REQUIRED[what] - set(members):
        yield f"{what} has no {name}"
    for name in set(members) - REQUIRED[what] - KNOWN[what]:
        yield f"{what}.{name} is no member of the standard"
    for name, value in members.items():
        if name == "id" or name.endswith("_id"):
            assert str(UUID(value)) == value
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from flaws(WITHIN[name], part)
            elif not (isinstance(part, str) and part):
                yield f"{what}.{name} says nothing"
    if what == "location" and members["location_type"] not in ("physical", "postal", "virtual"):
        yield "no such type of location"
    if what == "service" and members["status"] not in ("active", "inactive", "defunct", "temporarily closed"):
        yield "no such status"


def get(path: str, **parameters: Any) -> Any:
    answer = StrictApiClient().get(path, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def listed(name: str = "Clinic of the harbour", **columns: Any) -> Organisation:
    """A partner that agreed."""
    return make_partner(name, listed_at=timezone.now(), **columns)


def own(organisation: Organisation, **traits: Any) -> Pledge:
    """What an organisation offers itself."""
    return make_pledge(organisation, **{"provider_type": "organisation", "kind": "legal", **traits})


def everything() -> dict[str, Any]:
    """All that the directory answers, by address."""
    told = {path: get(path) for path in LISTS}
    for path in LISTS:
        told |= {f"{path}/{row['id']}": get(f"{path}/{row['id']}") for row in told[path]["contents"]}
    return told


# --- the standard -----------------------------------------------------------------------------------------------------


def test_it_says_what_it_is() -> None:
    root = get("/hsds/")
    assert root["version"] == "3.0"
    assert root["profile"].startswith("https://docs.openreferral.org/")
    assert StrictApiClient().get(root["openapi_url"]).json()["paths"]["/hsds/services"]


def test_it_answers_objects_of_the_standard() -> None:
    one = listed()
    own(one, service_area=["FR", "NL"], remote=True, languages=["en", "ru", "pt-BR"])
    own(one, kind="medical", country="PL", region="PL-MZ")
    told = everything()
    kinds = ["service", "service_at_location", "organization", "taxonomy", "taxonomy_term"]
    for path, what in zip(LISTS, kinds, strict=True):
        page = told[path]
        assert page["contents"], path
        for row in page["contents"]:
            assert list(flaws(what, row)) == []
            assert list(flaws(what, told[f"{path}/{row['id']}"])) == []


def test_it_shows_a_service_by_kind_with_countries_and_languages() -> None:
    one = listed()
    own(one, service_area=["NL"], languages=["en"])
    own(one, country="PL", region="PL-MZ", remote=True, languages=["pl"])
    (row,) = get(SERVICES)["contents"]
    assert row["name"] == "Legal help"
    assert row["organization"]["name"] == "Clinic of the harbour"
    full = get(f"{SERVICES}/{row['id']}")
    assert [area["extent"] for area in full["service_areas"]] == ["DE", "NL", "PL"]
    assert [tongue["code"] for tongue in full["languages"]] == ["en", "pl"]
    names = [at["location"]["name"] for at in full["service_at_locations"]]
    assert names == ["Germany", "Poland", "Remote"]
    assert full["attributes"][0]["taxonomy_term"]["code"] == "legal"
    at = get("/hsds/service_at_locations")
    assert {row["id"] for row in at["contents"]} == {row["id"] for row in full["service_at_locations"]}


def test_it_keeps_an_id_whatever_changes() -> None:
    one = listed()
    first = own(one)
    before = get(SERVICES)["contents"][0]["id"]
    own(one, country="FR", region="FR-IDF")
    Pledge.objects.filter(pk=first.pk).update(status="paused")
    assert get(SERVICES)["contents"][0]["id"] == before
    assert get(f"{SERVICES}/{before.upper()}")["id"] == before


def test_it_cuts_numbered_pages() -> None:
    one = listed()
    for kind in ("legal", "medical", "food"):
        own(one, kind=kind)
    page = get(SERVICES, per_page=2)
    facts = {name: value for name, value in page.items() if name != "contents"}
    assert facts == {
        "total_items": 3,
        "total_pages": 2,
        "page_number": 1,
        "size": 2,
        "first_page": True,
        "last_page": False,
        "empty": False,
    }
    last = get(SERVICES, per_page=2, page=2)
    assert (last["size"], last["first_page"], last["last_page"]) == (1, False, True)
    ids = [row["id"] for row in page["contents"] + last["contents"]]
    assert ids == sorted(ids)
    beyond = get(SERVICES, page=9)
    assert (beyond["empty"], beyond["contents"], beyond["total_items"]) == (True, [], 3)


def test_it_is_empty_where_nobody_agreed() -> None:
    own(make_partner())
    assert get(SERVICES)["empty"]
    assert get("/hsds/organizations")["total_items"] == 0


def test_it_narrows_by_organisation_and_kind() -> None:
    one, other = listed("One"), listed("Other")
    own(one)
    own(one, kind="food")
    own(other)
    ids = {row["name"]: row["id"] for row in get("/hsds/organizations")["contents"]}
    terms = {row["code"]: row["id"] for row in get("/hsds/taxonomy_terms")["contents"]}
    assert get(SERVICES, organization_id=ids["One"])["total_items"] == 2
    assert get(SERVICES, taxonomy_term_id=terms["legal"])["total_items"] == 2
    assert get(SERVICES, organization_id=ids["One"], taxonomy_term_id=terms["legal"])["total_items"] == 1
    (taxonomy,) = get("/hsds/taxonomies")["contents"]
    assert get(SERVICES, taxonomy_id=taxonomy["id"])["total_items"] == 3
    assert get(SERVICES, taxonomy_id=ids["One"])["total_items"] == 0
    assert get("/hsds/taxonomy_terms", taxonomy_id=taxonomy["id"])["total_items"] == len(terms)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("modified_after=2026-01-01", "unknown_parameter"),
        ("search=harbour", "unknown_parameter"),
        ("page=0", "out_of_range"),
        ("page=1&page=2", "repeated_parameter"),
        ("per_page=201", "out_of_range"),
        ("per_page=two", "out_of_range"),
        ("organization_id=org_x", "bad_format"),
        ("taxonomy_term_id=", "empty_parameter"),
    ],
)
def test_it_refuses_what_it_does_not_read(query: str, code: str) -> None:
    answer = StrictApiClient().get(f"{SERVICES}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", [f"{path}/{word}" for path in LISTS for word in ("x", str(UUID(int=0)))])
def test_it_has_nothing_else(path: str) -> None:
    answer = StrictApiClient().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_it_takes_no_other_method() -> None:
    answer = StrictApiClient().post("/hsds/services", {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert StrictApiClient().get("/hsds/nothing").json()["code"] == "not_found"


def test_it_answers_304_to_who_has_it() -> None:
    own(listed())
    (row,) = get(SERVICES)["contents"]
    first = StrictApiClient().get(f"{SERVICES}/{row['id']}")
    again = StrictApiClient().get(f"{SERVICES}/{row['id']}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_it_counts_who_asks(settings: Any) -> None:
    settings.API_RATE = "2/min"
    client = StrictApiClient()
    assert [client.get("/hsds/").status_code for _ in range(3)] == [200, 200, 429]


def test_it_speaks_english_to_everybody() -> None:
    own(listed())
    answer = StrictApiClient().get(SERVICES, headers={"Accept-Language": "ru"})
    assert answer.json()["contents"][0]["name"] == "Legal help"


def test_it_asks_the_database_as_often_for_many_as_for_one(django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        one = listed(f"Number {number}")
        for kind in ("legal", "medical", "food"):
            own(one, kind=kind)
    with django_assert_max_num_queries(2):
        assert get(SERVICES)["total_items"] == 24


# --- what must never show ---------------------------------------------------------------------------------------------


def test_it_never_shows_a_private_person() -> None:
    one = listed()
    make_pledge(one, kind="legal", provider_type="person")
    make_pledge(one, kind="housing", provider_type="person")
    assert get(SERVICES)["empty"]
    (alone,) = get("/hsds/organizations")["contents"]
    assert get(f"/hsds/organizations/{alone['id']}")["locations"] == []


def test_it_never_shows_who_ticked_organisation_in_the_public_form() -> None:
    at, operator = timezone.now(), make_operator()
    make_group_keys(operator)
    Organisation.objects.filter(pk=operator.pk).update(listed_at=at)
    pledge = draft_pledge(kind="food", language="en", at=at)
    facts = {
        "provider_type": "organisation",
        "units_total": 1,
        "availability": days_ahead(0, 90),
        "country": "DE",
        "languages": ["en"],
    }
    pledge = fill(pledge=pledge, changes=facts, at=at)
    pledge = confirm_email(pledge=submit(pledge=pledge, contact=make_contact(), language="en", at=at), at=at)
    for step in missing_checks(pledge, []):
        record_step(pledge=pledge, step=step, outcome="passed", by="user:1", at=at, features=[])
    pledge = sign_vetting(pledge=pledge, by="user:2", at=at)
    assert (pledge.status, pledge.provider_type) == ("active", "organisation")
    assert get(SERVICES)["empty"]


def test_it_never_shows_a_home_that_says_who_lives_there() -> None:
    own(listed(), kind="housing", household={"18-59": 2})
    assert get(SERVICES)["empty"]


def test_it_takes_a_host_relabelled_as_organisation_back_to_be_checked() -> None:
    pledge = make_pledge(listed(), kind="housing", provider_type="person")
    edit(pledge=pledge, changes={"provider_type": "organisation"}, by="client:x", at=timezone.now())
    assert get(SERVICES)["empty"]


def test_it_says_nothing_of_a_relabelled_host_but_kind_country_and_language() -> None:
    one = listed()
    make_trust(one, "providers")
    pledge = make_pledge(one, kind="housing", provider_type="person", city=2950159, features=["quiet"])
    edit(pledge=pledge, changes={"provider_type": "organisation"}, by="client:x", at=timezone.now())
    told = str(everything())
    for word in (pledge.pk, pledge.pk[3:], "Berlin", "DE-BE", "2950159", "quiet", one.pk):
        assert word not in told, word


@pytest.mark.parametrize("status", ["vetting", "paused", "suspended", "withdrawn", "expired", "rejected"])
def test_it_shows_only_what_is_active(status: str) -> None:
    own(listed(), status=status)
    assert get(SERVICES)["empty"]


@pytest.mark.parametrize("lapsed", ["confirm_by", "vetting_valid_until"])
def test_it_shows_nothing_that_has_lapsed(lapsed: str) -> None:
    own(listed(), **{lapsed: timezone.localdate() - timedelta(days=1)})
    assert get(SERVICES)["empty"]


def test_it_forgets_an_organisation_at_once_that_takes_itself_out() -> None:
    one = listed()
    own(one)
    (row,) = get(SERVICES)["contents"]
    Organisation.objects.filter(pk=one.pk).update(listed_at=None)
    assert get(SERVICES)["empty"]
    for path in (f"{SERVICES}/{row['id']}", f"/hsds/organizations/{row['organization']['id']}"):
        assert StrictApiClient().get(path).status_code == 404


def test_it_answers_the_same_bytes_whatever_is_held_of_it() -> None:
    """Somebody who reads the directory for weeks learns of no placement."""
    one = listed()
    pledge = own(one, units_total=1, max_party=4)
    before = everything()
    need = make_need(kind="legal")
    propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:0", at=timezone.now())
    pledge.refresh_from_db()
    assert pledge.units_held == 1
    assert everything() == before
    Pledge.objects.filter(pk=pledge.pk).update(units_total=9, max_party=2, placements_completed=5)
    assert everything() == before


def test_it_says_the_same_with_a_token_as_without() -> None:
    one = listed()
    own(one)
    own(one, kind="housing", provider_type="person")
    assert api_client(organisation=one).get(SERVICES).content == StrictApiClient().get(SERVICES).content
