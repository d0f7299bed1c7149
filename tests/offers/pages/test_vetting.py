"""The vetting console: two people, stable paths, and never a contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from offers.models import Pledge
from offers.pledges.drafting import draft_pledge, fill
from offers.pledges.submitting import confirm_email, submit
from tests.console import console_client
from tests.factories.organisations import make_member, make_partner
from tests.factories.pledges import days_ahead, make_contact, make_pledge

HOUSING = ["identity", "household_list", "references", "home_visit", "interview", "code_of_conduct"]
NAME = "Canary Name Zq7"


@pytest.fixture
def pledge(operator):
    at = timezone.now()
    pledge = draft_pledge(kind="housing", language="en", at=at)
    changes = {"country": "DE", "availability": days_ahead(5, 100), "features": ["quiet", "step_free"]}
    pledge = fill(pledge=pledge, changes=changes, at=at)
    pledge = submit(pledge=pledge, contact=make_contact(name=NAME), language="en", at=at)
    return confirm_email(pledge=pledge, at=at)


@pytest.fixture
def coordinator(operator):
    return console_client(make_member(operator, "coordinator"))


@pytest.fixture
def approver(operator):
    return console_client(make_member(operator, "approver"))


def record(browser, pledge, **fields):
    values = {"step": HOUSING, "outcome": "passed", "features": ["quiet"], **fields}
    return browser.post(f"/console/pledges/{pledge.pk}/vetting/", values)


def sign(browser, pledge, **fields):
    return browser.post(f"/console/pledges/{pledge.pk}/sign/", {"verified_features": ["quiet"], **fields})


def status_of(pledge):
    return Pledge.objects.get(pk=pledge.pk).status


def test_it_takes_one_who_checks_and_another_who_signs(pledge, coordinator, approver):
    assert record(coordinator, pledge).status_code == 302
    sign(coordinator, pledge)
    assert status_of(pledge) == "vetting"
    sign(approver, pledge)
    pledge.refresh_from_db()
    assert (pledge.status, pledge.verified_features) == ("active", ["quiet"])


def test_it_never_shows_a_contact(pledge, coordinator, approver):
    record(coordinator, pledge)
    for path in ("/console/pledges/", f"/console/pledges/{pledge.pk}/"):
        page = approver.get(path).content.decode()
        assert NAME not in page
        assert "helper@waystation.invalid" not in page


def test_it_says_what_each_offer_needs_next(pledge, coordinator, approver):
    assert "(and 5 more)" in approver.get("/console/pledges/").content.decode()
    record(coordinator, pledge)
    assert "second signature missing: sign it" in approver.get("/console/pledges/").content.decode()
    assert "second signature missing: another person signs" in coordinator.get("/console/pledges/").content.decode()
    record(coordinator, pledge, step="identity", outcome="failed", features=[])
    assert "a check failed" in approver.get("/console/pledges/").content.decode()


def test_it_shows_who_has_waited_longest_first(operator, coordinator):
    new = make_pledge(status="vetting")
    old = make_pledge(status="vetting", created_at=timezone.now() - timedelta(days=9))
    page = coordinator.get("/console/pledges/").content.decode()
    assert page.index(old.pk[:11]) < page.index(new.pk[:11])


def test_it_asks_as_much_of_the_database_for_many_as_for_few(operator, coordinator, django_assert_max_num_queries):
    for _ in range(12):
        make_pledge(status="vetting")
    with django_assert_max_num_queries(14):
        coordinator.get("/console/pledges/")


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "palm_reading"},
        {"step": "identity", "outcome": "perhaps"},
        {"step": "identity", "features": ["pets_ok"]},
        {"step": "identity", "valid_until": "someday"},
        {"step": "identity", "evidence_hash": "not a hash"},
        {"step": "identity\0"},
        {"step": []},
    ],
)
def test_it_refuses_an_outcome_that_cannot_be(pledge, coordinator, fields):
    assert record(coordinator, pledge, **fields).status_code == 400
    assert not pledge.vetting.exists()


def test_it_records_all_of_several_checks_or_none(pledge, coordinator):
    record(coordinator, pledge, valid_until=timezone.localdate().isoformat())
    assert not pledge.vetting.exists()


def test_it_verifies_nothing_that_no_check_has_proven(pledge, coordinator, approver):
    record(coordinator, pledge)
    assert sign(approver, pledge, verified_features=["step_free"]).status_code == 400
    assert status_of(pledge) == "vetting"


def test_it_rejects_for_a_reason_from_the_list(pledge, coordinator):
    assert coordinator.post(f"/console/pledges/{pledge.pk}/reject/", {"why": "I say so"}).status_code == 400
    coordinator.post(f"/console/pledges/{pledge.pk}/reject/", {"why": "not_suitable"})
    assert status_of(pledge) == "rejected"


def test_it_stops_an_offer_at_once_and_has_it_checked_anew(operator, coordinator):
    pledge = make_pledge(features=["quiet"], verified_features=["quiet"])
    coordinator.post(f"/console/pledges/{pledge.pk}/suspend/", {"why": "safety_report"})
    pledge.refresh_from_db()
    assert (pledge.status, pledge.verified_features) == ("suspended", [])
    coordinator.post(f"/console/pledges/{pledge.pk}/begin/")
    assert status_of(pledge) == "vetting"


@pytest.mark.parametrize("status", ["vetting", "active", "submitted"])
def test_it_begins_anew_only_what_was_stopped(operator, coordinator, status):
    pledge = make_pledge(status=status)
    assert coordinator.post(f"/console/pledges/{pledge.pk}/begin/").status_code == 409
    assert status_of(pledge) == status


def test_it_says_that_the_same_address_has_made_other_offers(pledge, coordinator):
    make_pledge(status="vetting", blind_email=pledge.blind_email)
    assert "1 other offer came" in coordinator.get(f"/console/pledges/{pledge.pk}/").content.decode()


def test_it_leads_to_them_and_marks_what_looks_the_same(pledge, coordinator):
    twin = make_pledge(blind_email=pledge.blind_email, region="")
    other = make_pledge(blind_email=pledge.blind_email, region="", kind="food")
    page = coordinator.get(f"/console/pledges/{pledge.pk}/").content.decode()
    assert f'href="/console/pledges/{other.pk}/"' in page
    assert page.count("perhaps the same offer twice") == 1
    assert page.index(twin.pk[:11]) < page.index("perhaps the same offer twice")


def test_it_shows_the_calendar_of_the_offer(pledge, coordinator):
    page = coordinator.get(f"/console/pledges/{pledge.pk}/").content.decode()
    assert '<table class="month">' in page
    assert "not offered</span>" in page  # today: it begins in five days


@pytest.mark.parametrize("role", ["caseworker", "finance", "admin"])
def test_it_lets_in_only_those_who_vet(operator, pledge, role):
    browser = console_client(make_member(operator, role))
    assert browser.get("/console/pledges/").status_code == 403
    assert record(browser, pledge).status_code == 403


def test_it_is_the_operators(pledge):
    browser = console_client(make_member(make_partner(), "coordinator"))
    assert browser.get(f"/console/pledges/{pledge.pk}/").status_code == 403
    assert sign(browser, pledge).status_code == 403


def test_a_draft_does_not_exist_there(operator, coordinator):
    draft = draft_pledge(kind="housing", language="en", at=timezone.now())
    assert coordinator.get(f"/console/pledges/{draft.pk}/").status_code == 404
    assert coordinator.get("/console/pledges/pl_nothing/").status_code == 404


def test_it_signs_only_what_the_signer_has_seen(pledge, coordinator, approver):
    record(coordinator, pledge)
    seen = Pledge.objects.get(pk=pledge.pk).version
    record(coordinator, pledge, features=["quiet", "step_free"])
    sign(approver, pledge, version=seen)
    assert status_of(pledge) == "vetting"
    assert f'name="version" value="{seen + 6}"' in approver.get(f"/console/pledges/{pledge.pk}/").content.decode()
    sign(approver, pledge, version=seen + 6)
    assert status_of(pledge) == "active"


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("vetting", {"step": "identity", "outcome": "passed"}, "rejected"),
        ("sign", {}, "withdrawn"),
        ("reject", {"why": "not_suitable"}, "active"),
        ("suspend", {"why": "safety_report"}, "rejected"),
        ("begin", {}, "erased"),
    ],
)
def test_it_answers_what_cannot_be_with_a_409_and_a_sentence(operator, coordinator, path, fields, status):
    pledge = make_pledge(status=status)
    answer = coordinator.post(f"/console/pledges/{pledge.pk}/{path}/", fields)
    assert answer.status_code == 409
    assert "no longer possible" in answer.content.decode() or "only while" in answer.content.decode()
    assert status_of(pledge) == status
