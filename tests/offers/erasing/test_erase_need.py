"""Erasing a need: the reference, the household and the facts go; the gate and the statistics count on."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from offers.matching.erasing import erase_need
from offers.matching.erasing.needs import needs_of
from offers.models import Hold, Need
from offers.needs.household import household_of, open_case_ref
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.offers.erasing.scene import propose_now

pytestmark = pytest.mark.django_db


def _erase(need: Need):
    return erase_need(need=need, by="system", at=timezone.now(), why="asked")


def test_it_takes_reference_household_and_facts():
    need = make_need(case_ref="Kanarienvogel 7", requires=("quiet",))
    before = bytes(need.household)
    _erase(need)
    need.refresh_from_db()
    assert open_case_ref(need_id=need.pk, sealed=need.case_ref_sealed) == ""
    assert bytes(need.household) != before
    left = json.dumps(Need.objects.filter(pk=need.pk).values().get(), default=str)
    assert not any(f'"{word}"' in left for word in ("quiet", "ru", "DE", "18-59", "matching"))
    assert (need.kind, need.party_size, need.urgency, need.window_from.day) == ("housing", 1, "soon", 1)


def test_it_takes_an_open_need_back_and_leaves_an_ended_one_as_it_ended():
    opened, fulfilled = make_need(), make_need(status="fulfilled")
    for need in (opened, fulfilled):
        _erase(need)
        need.refresh_from_db()
    assert (opened.status, fulfilled.status) == ("withdrawn", "fulfilled")


def test_it_ends_a_live_match_first():
    match = propose_now(make_need(), make_pledge())
    _erase(match.need)
    match.refresh_from_db()
    assert (match.status, match.components) == ("canceled", {})
    assert not Hold.objects.exists()
    match.pledge.refresh_from_db()
    assert match.pledge.units_held == 0


def test_it_is_done_once():
    need = make_need()
    assert not _erase(need).again
    household = bytes(Need.objects.get(pk=need.pk).household)
    assert _erase(need).again
    assert bytes(Need.objects.get(pk=need.pk).household) == household
    assert AuditEntry.objects.filter(action="need.erased").count() == 1


def test_it_finds_every_need_of_one_case_and_none_of_another_organisation():
    operator, partner = make_operator(), make_partner()
    first, second = make_need(operator, case_ref="A-17"), make_need(operator, case_ref=" a-17")
    make_need(partner, case_ref="A-17")
    make_need(operator, case_ref="A-18")
    assert {need.pk for need in needs_of(organisation=operator, case_ref="A-17")} == {first.pk, second.pk}


def test_what_the_board_has_shown_no_longer_leads_to_the_case():
    from offers.models import Cohort, Publication, Release

    need = make_need(case_ref="A-17")
    release = Release.objects.create(slot=1, policy_version=1, released_at=timezone.now())
    cohort = Cohort.objects.create(
        release=release,
        class_key="home",
        k=5,
        from_slot=1,
        until_slot=5,
        kind_group="home",
        zone="any",
        party_band="any",
        period="any",
    )
    row = Publication.objects.create(cohort=cohort, need=need, household=bytes(need.household))
    _erase(need)
    row.refresh_from_db()
    need.refresh_from_db()
    assert bytes(row.household) == bytes(need.household)
    assert bytes(row.household) != household_of(organisation_id=need.organisation_id, case_ref="A-17")


def test_dates_are_told_by_the_month():
    need = make_need()
    _erase(need)
    need.refresh_from_db()
    assert need.window_until.day == 1
    assert need.window_until > need.window_from
    assert need.expires_at - timedelta(days=400) < timezone.now()
