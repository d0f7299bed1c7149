"""Editing: it changes dates and units at will, keeps every promise, and is checked again when it is not the same."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from kernel.vault.models import SealedRecord
from offers.models import Hold, Match
from offers.pledges.editing import edit
from tests.factories.needs import make_need
from tests.factories.organisations import make_partner, make_trust
from tests.factories.pledges import days_ahead, make_contact, make_pledge
from tests.offers.pledges.conftest import check_all

BY = "client:1"


def hold(pledge, *, unit=1, first=30, last=60):
    """Put a live hold on a unit of the pledge."""
    today = localdate()
    start, end = today + timedelta(days=first), today + timedelta(days=last)
    need = make_need()
    match = Match.objects.create(
        need=need,
        pledge=pledge,
        status="proposed",
        starts_on=start,
        ends_on=end,
        score=500,
        created_at=need.created_at,
        updated_at=need.created_at,
    )
    pledge.units_held = 1
    pledge.save()
    return Hold.objects.create(match=match, pledge=pledge, unit=unit, starts_on=start, ends_on=end)


def refusal(code, field="", **words):
    with pytest.raises(Refusal) as refused:
        edit(by=BY, **words)
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("changes", [{"units_total": 3}, {"availability": days_ahead(3, 30)}, {"notice_days": 2}])
def test_it_changes_dates_and_units_and_stays_active(db, at, changes):
    pledge = edit(pledge=make_pledge(), changes=changes, by=BY, at=at)
    assert (pledge.status, pledge.version) == ("active", 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "legal"},
        {"provider_type": "organisation"},
        {"country": "FR"},
        {"region": "DE-BB"},
        {"city": 2950159},
    ],
)
@pytest.mark.parametrize("status", ["active", "paused"])
def test_it_is_vetted_again_when_it_is_no_longer_what_was_checked(db, at, changes, status):
    pledge = make_pledge(status=status, features=["quiet"], verified_features=["quiet"])
    pledge = edit(pledge=pledge, changes=changes, by=BY, at=at)
    pledge.refresh_from_db()
    assert (pledge.status, pledge.verified_features, pledge.vetting_valid_until) == ("vetting", [], None)


def test_it_voids_what_was_checked_before(db, at):
    pledge = make_pledge(status="vetting")
    check_all(pledge, by="user:1", at=at)
    edit(pledge=pledge, changes={"region": "DE-BB"}, by=BY, at=at)
    assert pledge.vetting.count() == 6
    assert not pledge.vetting.in_force().exists()


def test_it_is_vetted_again_when_somebody_else_can_be_reached(operator, at):
    pledge = edit(pledge=make_pledge(operator), changes={}, contact=make_contact(name="Another"), by=BY, at=at)
    assert pledge.status == "vetting"
    assert SealedRecord.objects.filter(record_id=pledge.pk).exists()


def test_it_stays_active_for_an_organisation_trusted_for_providers(db, at):
    partner = make_partner()
    make_trust(partner, "providers", signed_at=at)
    pledge = edit(pledge=make_pledge(partner), changes={"region": "DE-BB"}, by=BY, at=at)
    assert (pledge.status, pledge.region) == ("active", "DE-BB")


def test_it_lets_only_the_trusted_say_what_is_verified(db, at):
    partner = make_partner()
    pledge = make_pledge(partner)
    claimed = {"verified_features": ["quiet"]}
    refusal("not_trusted", "verified_features", pledge=pledge, changes={}, claimed=claimed, at=at)
    make_trust(partner, "providers", signed_at=at)
    pledge = edit(pledge=pledge, changes={}, claimed=claimed, by=BY, at=at)
    assert (pledge.features, pledge.verified_features) == (["quiet"], ["quiet"])


def test_it_verifies_nothing_that_is_no_longer_declared(db, at):
    pledge = make_pledge(features=["pets_ok", "quiet"], verified_features=["pets_ok", "quiet"])
    assert edit(pledge=pledge, changes={"features": ["quiet"]}, by=BY, at=at).verified_features == ["quiet"]


def test_it_keeps_the_units_that_are_promised(db, at):
    pledge = make_pledge(units_total=3)
    hold(pledge, unit=2)
    refusal("live_hold", "units_total", pledge=pledge, changes={"units_total": 1}, at=at)
    assert edit(pledge=pledge, changes={"units_total": 2}, by=BY, at=at).units_total == 2


def test_it_keeps_the_days_that_are_promised(db, at):
    pledge = make_pledge()
    hold(pledge, first=30, last=60)
    refusal("live_hold", "availability", pledge=pledge, changes={"availability": days_ahead(0, 59)}, at=at)
    assert edit(pledge=pledge, changes={"availability": days_ahead(30, 60)}, by=BY, at=at).version == 2


def test_it_keeps_the_place_that_is_promised(db, at):
    pledge = make_pledge()
    hold(pledge)
    refusal("live_hold", "region", pledge=pledge, changes={"region": "DE-BB"}, at=at)


@pytest.mark.parametrize("status", ["draft", "rejected", "withdrawn", "suspended", "expired", "erased"])
def test_it_changes_nothing_that_is_not_offered(db, at, status):
    refusal("illegal_transition", pledge=make_pledge(status=status), changes={"units_total": 2}, at=at)


def test_it_refuses_a_change_to_what_was_read_too_long_ago(db, at):
    pledge = make_pledge()
    edit(pledge=pledge, changes={"units_total": 2}, by=BY, at=at)
    refusal("stale", pledge=pledge, changes={"units_total": 3}, at=at, version=1)


def test_it_leaves_no_trace_when_nothing_changes(db, at):
    pledge = make_pledge()
    assert edit(pledge=pledge, changes={"units_total": 1}, by=BY, at=at).version == 1


def test_it_leaves_nothing_half_done(db, at):
    pledge = make_pledge()
    refusal("no_group_key", pledge=pledge, changes={"units_total": 2}, contact=make_contact(), at=at)
    pledge.refresh_from_db()
    assert (pledge.units_total, pledge.version) == (1, 1)
