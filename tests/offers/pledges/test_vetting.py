"""Vetting: it takes two people, every check of the kind, and believes only what a check has proven."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from kernel.vault import addresses
from offers.models import PledgeStatus, VettingStep
from offers.pledges.vetting import begin_vetting, record_step, reject, sign_vetting, suspend, vet_anew
from tests.factories.pledges import make_pledge
from tests.killing import killed_at_each_statement
from tests.offers.pledges.conftest import check_all

ONE, TWO, THREE = "user:1", "user:2", "user:3"


@pytest.fixture
def pledge(db):
    return make_pledge(status="vetting", features=["background_checked", "children_ok", "quiet"])


def refusal(code, deed, **words):
    with pytest.raises(Refusal) as refused:
        deed(**words)
    assert refused.value.code == code
    return refused.value


def test_it_becomes_active_once_a_second_person_signed(pledge, at):
    check_all(pledge, by=ONE, at=at)
    pledge = sign_vetting(pledge=pledge, by=TWO, at=at)
    today = localdate(at)
    assert (pledge.status, pledge.confirm_by) == ("active", today + timedelta(days=60))
    assert pledge.vetting_valid_until == today + timedelta(days=365)
    assert pledge.vetting.passed().count() == 7


def test_it_cannot_be_signed_by_the_reviewer(pledge, at):
    check_all(pledge, by=ONE, at=at)
    refusal("second_person_needed", sign_vetting, pledge=pledge, by=ONE, at=at)
    pledge.refresh_from_db()
    assert pledge.status == "vetting"


def test_it_waits_until_each_reviewers_checks_are_signed_by_another(pledge, at):
    record_step(pledge=pledge, step="identity", outcome="passed", by=ONE, at=at)
    check_all(pledge, by=TWO, at=at)
    assert sign_vetting(pledge=pledge, by=ONE, at=at).status == "vetting"
    assert sign_vetting(pledge=pledge, by=TWO, at=at).status == "active"


def test_it_needs_every_check_of_the_kind(pledge, at):
    record_step(pledge=pledge, step="identity", outcome="passed", by=ONE, at=at)
    refused = refusal("steps_missing", sign_vetting, pledge=pledge, by=TWO, at=at)
    assert refused.facts["missing"] == [
        "household_list",
        "references",
        "home_visit",
        "police_check",
        "interview",
        "code_of_conduct",
    ]


def test_it_is_not_signed_over_a_failed_check(pledge, at):
    check_all(pledge, by=ONE, at=at)
    record_step(pledge=pledge, step="references", outcome="failed", by=ONE, at=at)
    refusal("step_failed", sign_vetting, pledge=pledge, by=TWO, at=at)


def test_it_loses_the_signature_when_a_check_is_recorded_anew(pledge, at):
    check_all(pledge, by=ONE, at=at)
    record_step(pledge=pledge, step="interview", outcome="passed", by=TWO, at=at)
    assert sign_vetting(pledge=pledge, by=TWO, at=at).status == "vetting"
    record_step(pledge=pledge, step="identity", outcome="passed", by=TWO, at=at)
    assert pledge.vetting.get(step="identity").second_reviewer == ""


def test_it_verifies_only_what_a_check_has_proven(pledge, at):
    check_all(pledge, by=ONE, at=at)
    record_step(pledge=pledge, step="home_visit", outcome="passed", features=["quiet"], by=ONE, at=at)
    refusal("not_proven", sign_vetting, pledge=pledge, by=TWO, at=at, verified_features=["children_ok"])
    assert sign_vetting(pledge=pledge, by=TWO, at=at).verified_features == ["quiet"]


def test_it_lets_the_second_person_narrow_what_is_verified(pledge, at):
    check_all(pledge, by=ONE, at=at)
    record_step(pledge=pledge, step="home_visit", outcome="passed", features=["quiet", "children_ok"], by=ONE, at=at)
    assert sign_vetting(pledge=pledge, by=TWO, at=at, verified_features=["quiet"]).verified_features == ["quiet"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_declared", {"step": "home_visit", "features": ["pets_ok"]}),
        ("not_proven", {"step": "interview", "features": ["background_checked"]}),
        ("not_proven", {"step": "home_visit", "outcome": "failed", "features": ["quiet"]}),
        ("invalid_choice", {"step": "palm_reading"}),
        ("invalid_choice", {"step": "identity", "outcome": "perhaps"}),
    ],
)
def test_it_refuses_an_outcome_that_cannot_be(pledge, at, code, words):
    refusal(code, record_step, **{"pledge": pledge, "outcome": "passed", "by": ONE, "at": at, **words})
    assert not pledge.vetting.exists()


def test_it_proves_a_police_check_by_the_certificate(pledge, at):
    step = record_step(
        pledge=pledge, step="police_check", outcome="passed", features=["background_checked"], by=ONE, at=at
    )
    assert step.features == ["background_checked"]


def test_it_refuses_a_check_that_is_over(pledge, at):
    refusal(
        "in_the_past",
        record_step,
        pledge=pledge,
        step="identity",
        outcome="passed",
        valid_until=localdate(at),
        by=ONE,
        at=at,
    )


def test_it_holds_as_long_as_the_shortest_check(pledge, at):
    check_all(pledge, by=ONE, at=at)
    soon = localdate(at) + timedelta(days=30)
    record_step(pledge=pledge, step="police_check", outcome="passed", valid_until=soon, by=ONE, at=at)
    assert sign_vetting(pledge=pledge, by=TWO, at=at).vetting_valid_until == soon


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "email_confirmed", "active", "paused", "rejected", "withdrawn"]
)
def test_it_checks_and_signs_only_what_is_in_vetting(db, at, status):
    pledge = make_pledge(status=status)
    refusal("illegal_transition", record_step, pledge=pledge, step="identity", outcome="passed", by=ONE, at=at)
    refusal("illegal_transition", sign_vetting, pledge=pledge, by=TWO, at=at)
    if status != "vetting":
        refusal("illegal_transition", reject, pledge=pledge, by=TWO, at=at, why="duplicate")


def test_it_is_not_begun_before_the_address_is_proven(db, at):
    refusal("illegal_transition", begin_vetting, pledge=make_pledge(status="submitted"), by=ONE, at=at)


def test_it_ends_with_a_reason_from_the_list_and_forgets_the_address(pledge, at):
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    refusal("invalid_choice", reject, pledge=pledge, by=ONE, at=at, why="I did not like them")
    pledge = reject(pledge=pledge, by=ONE, at=at, why="not_suitable")
    assert (pledge.status, pledge.link_version) == ("rejected", 2)
    assert addresses.find(pledge.pk) is None


def test_it_is_on_the_trail(pledge, at):
    check_all(pledge, by=ONE, at=at)
    sign_vetting(pledge=pledge, by=TWO, at=at)
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions.count("vetting.passed") == 7
    assert "vetting.seconded" in actions


def test_the_database_refuses_one_person_as_both(pledge, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        VettingStep.objects.create(
            pledge=pledge, step="identity", outcome="passed", reviewer=ONE, second_reviewer=ONE, reviewed_at=at
        )


def test_it_is_recorded_signed_or_refused_wholly_or_not_at_all_wherever_it_is_killed(pledge, at):
    addresses.keep(pledge.pk, "helper@waystation.invalid", "en")
    check_all(pledge, by=ONE, at=at)
    killed_at_each_statement(lambda: record_step(pledge=pledge, step="interview", outcome="failed", by=ONE, at=at))
    record_step(pledge=pledge, step="interview", outcome="passed", by=ONE, at=at)
    killed_at_each_statement(lambda: sign_vetting(pledge=pledge, by=TWO, at=at))
    killed_at_each_statement(lambda: suspend(pledge=pledge, by=ONE, at=at, why="checks_in_doubt"))
    killed_at_each_statement(lambda: vet_anew(pledge=pledge, by=ONE, at=at))
    killed_at_each_statement(lambda: reject(pledge=pledge, by=ONE, at=at, why="checks_failed"))


@pytest.mark.parametrize("status", sorted(set(PledgeStatus.values) - {"suspended", "expired"}))
def test_it_is_checked_anew_only_once_it_was_stopped_or_has_expired(db, at, status):
    pledge = make_pledge(status=status)
    refusal("illegal_transition", vet_anew, pledge=pledge, by=ONE, at=at)
    assert not pledge.history.exists()
