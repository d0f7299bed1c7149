"""A check that runs out is made again by itself, under two signatures; what lapses leaves matching on its day."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from offers.models import Pledge, PledgeStatus, VettingStep
from offers.pledges.renewing import renew_step, running_out, sign_renewals
from offers.pledges.vetting import record_step, sign_vetting, suspend
from tests.factories.pledges import make_pledge
from tests.killing import killed_at_each_statement
from tests.offers.pledges.conftest import check_all

ONE, TWO = "user:1", "user:2"


@pytest.fixture
def soon(at):
    return localdate(at) + timedelta(days=20)


@pytest.fixture
def pledge(db, at, soon):
    """In use, with a police check that runs out in twenty days."""
    pledge = make_pledge(status="vetting", features=["background_checked", "quiet"])
    check_all(pledge, by=ONE, at=at)
    record_step(
        pledge=pledge, step="police_check", outcome="passed", features=["background_checked"], valid_until=soon,
        by=ONE, at=at,
    )  # fmt: skip
    return sign_vetting(pledge=pledge, by=TWO, at=at)


def refused(deed, **words):
    with pytest.raises(Refusal) as refusal:
        deed(**words)
    return refusal.value.code


def renewed(pledge, at, **words):
    return renew_step(pledge=pledge, **{"step": "police_check", "by": ONE, "at": at, **words})


def test_an_offer_leaves_matching_on_the_day_after_its_check_ran_out(pledge, soon):
    assert pledge.vetting_valid_until == soon
    Pledge.objects.filter(pk=pledge.pk).update(confirm_by=soon + timedelta(days=99))
    assert Pledge.objects.active(soon).exists()
    assert not Pledge.objects.active(soon + timedelta(days=1)).exists()


def test_it_names_what_runs_out_within_thirty_days(pledge, at):
    assert [step.step for step in running_out(pledge, localdate(at))] == ["police_check"]


def test_a_renewal_counts_once_another_person_signed_it(pledge, at, soon):
    renewed(pledge, at)
    pledge.refresh_from_db()
    assert (pledge.status, pledge.vetting_valid_until) == ("active", soon)
    pledge = sign_renewals(pledge=pledge, by=TWO, at=at)
    assert pledge.vetting_valid_until == localdate(at) + timedelta(days=365)
    assert (pledge.status, pledge.verified_features) == ("active", ["background_checked"])
    step = pledge.vetting.in_force().get(step="police_check")
    assert (step.features, step.reviewer, step.second_reviewer) == (["background_checked"], ONE, TWO)
    assert pledge.vetting.filter(step="police_check").count() == 2
    assert running_out(pledge, localdate(at)) == []


def test_it_is_renewed_after_it_ran_out_too(pledge, at, soon):
    late = at + timedelta(days=25)
    renewed(pledge, late)
    assert sign_renewals(pledge=pledge, by=TWO, at=late).vetting_valid_until > soon


def test_nobody_signs_a_renewal_of_their_own(pledge, at):
    renewed(pledge, at)
    assert refused(sign_renewals, pledge=pledge, by=ONE, at=at) == "second_person_needed"


def test_recorded_anew_it_waits_for_another_signature(pledge, at):
    renewed(pledge, at)
    renewed(pledge, at, by=TWO)
    assert refused(sign_renewals, pledge=pledge, by=TWO, at=at) == "second_person_needed"
    assert pledge.vetting.renewing().count() == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_due", {"step": "identity"}),
        ("not_due", {"step": "licence"}),
        ("not_due", {"step": "palm_reading"}),
        ("in_the_past", {"valid_until": "today"}),
    ],
)
def test_it_refuses_a_renewal_that_cannot_be(pledge, at, code, words):
    words = {key: localdate(at) if word == "today" else word for key, word in words.items()}
    assert refused(renewed, pledge=pledge, at=at, **words) == code


def test_it_signs_what_was_read_and_nothing_that_ran_out_meanwhile(pledge, at):
    assert refused(sign_renewals, pledge=pledge, by=TWO, at=at) == "nothing_to_sign"
    renewed(pledge, at, valid_until=localdate(at) + timedelta(days=2))
    version = Pledge.objects.get(pk=pledge.pk).version
    assert refused(sign_renewals, pledge=pledge, by=TWO, at=at, version=version - 1) == "stale"
    late = at + timedelta(days=3)
    assert refused(sign_renewals, pledge=pledge, by=TWO, at=late, version=version) == "check_ran_out"


@pytest.mark.parametrize("status", sorted(set(PledgeStatus.values) - {"active", "paused"}))
def test_only_an_offer_in_use_is_renewed(pledge, at, status):
    Pledge.objects.filter(pk=pledge.pk).update(status=status)
    assert refused(renewed, pledge=pledge, at=at) == "illegal_transition"
    assert refused(sign_renewals, pledge=pledge, by=TWO, at=at) == "illegal_transition"


def test_a_stopped_offer_keeps_no_renewal(pledge, at):
    renewed(pledge, at)
    suspend(pledge=pledge, by=ONE, at=at, why="safety_report")
    assert not VettingStep.objects.filter(pledge=pledge, voided_at=None).exists()


def test_a_check_that_ran_out_during_vetting_is_not_signed(db, at):
    pledge = make_pledge(status="vetting", kind="food")
    check_all(pledge, by=ONE, at=at)
    record_step(
        pledge=pledge, step="identity", outcome="passed", valid_until=localdate(at) + timedelta(days=2), by=ONE, at=at
    )
    assert refused(sign_vetting, pledge=pledge, by=TWO, at=at + timedelta(days=2)) == "check_ran_out"


def test_it_is_whole_or_nothing_wherever_it_is_killed(pledge, at):
    killed_at_each_statement(lambda: renewed(pledge, at))
    killed_at_each_statement(lambda: sign_renewals(pledge=pledge, by=TWO, at=at))
