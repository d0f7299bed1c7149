"""Erasing an offer: promises ended first, then keys, contact, address, links and facts; numbers stay."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from kernel.disclosure.models import Disclosure, DisclosureBox
from kernel.retention.models import Erasure
from kernel.vault import addresses
from kernel.vault.models import KeyShare, NotificationAddress, SealedRecord
from offers.matching.erasing import erase_pledge
from offers.models import Hold, Match, Need, Pledge
from offers.pledges import belongings
from offers.pledges.links import MANAGE, pledge_behind, token
from offers.pledges.vetting import record_step
from tests.factories.needs import make_need
from tests.factories.organisations import make_member
from tests.factories.pledges import make_pledge
from tests.offers.erasing.scene import propose_now, sealed_pledge

pytestmark = pytest.mark.django_db


def _erase(pledge: Pledge, why: str = "asked"):
    return erase_pledge(pledge=pledge, by="system", at=timezone.now(), why=why)


def test_it_shreds_shares_record_address_and_index():
    pledge = sealed_pledge()
    done = _erase(pledge)
    assert not KeyShare.objects.exists()
    assert not SealedRecord.objects.exists()
    assert not NotificationAddress.objects.exists()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.blind_email, pledge.region, pledge.languages) == ("erased", None, "", [])
    assert (done.gone["key_shares"], done.gone["sealed_records"], done.gone["notification_addresses"]) == (2, 1, 1)


def test_it_keeps_kind_country_and_numbers():
    pledge = sealed_pledge(units_total=4, placements_completed=3)
    _erase(pledge)
    pledge.refresh_from_db()
    assert (pledge.kind, pledge.country, pledge.units_total, pledge.placements_completed) == ("housing", "DE", 4, 3)


def test_it_ends_the_private_link():
    pledge = sealed_pledge()
    word = token(pledge, MANAGE)
    _erase(pledge)
    assert pledge_behind(word, MANAGE) is None


def test_it_ends_a_live_match_first_and_the_need_is_open_again():
    pledge = sealed_pledge()
    match = propose_now(make_need(), pledge)
    _erase(pledge)
    match.refresh_from_db()
    assert match.status == "canceled"
    assert match.history.last().why == "asked"
    assert Need.objects.get(pk=match.need_id).status == "open"
    assert (match.components, match.score, match.starts_on.day) == ({}, 0, 1)
    assert not Hold.objects.exists()


def test_it_takes_the_checks_with_it_and_leaves_the_trail():
    pledge = make_pledge(status="vetting", features=["quiet"])
    record_step(
        pledge=pledge, step="identity", outcome="passed", by="user:1", at=timezone.now(), evidence_hash="a" * 64
    )
    _erase(pledge)
    assert not pledge.vetting.exists()
    actions = AuditEntry.objects.filter(object_id=pledge.pk).values_list("action", flat=True)
    assert {"vetting.passed", "pledge.erased"} <= set(actions)


@pytest.mark.parametrize(
    "status",
    [
        "draft",
        "submitted",
        "email_confirmed",
        "vetting",
        "active",
        "paused",
        "rejected",
        "suspended",
        "withdrawn",
        "expired",
    ],
)
def test_it_erases_an_offer_in_any_state(status):
    pledge = make_pledge(status=status)
    _erase(pledge)
    pledge.refresh_from_db()
    assert pledge.status == "erased"
    assert pledge.history.last().new == "erased"


def test_it_is_done_once_and_noted_once():
    pledge = sealed_pledge()
    assert not _erase(pledge).again
    assert _erase(pledge).again
    assert list(Erasure.objects.values_list("kind", "record_id")) == [("pledge", pledge.pk)]


def test_it_takes_what_other_slices_have_registered(monkeypatch):
    taken = []
    monkeypatch.setattr(belongings, "FORGETS", {})
    belongings.belongs("photos", forget=lambda pledge: taken.append(pledge.pk) or 3)
    from offers.matching.erasing import pledges

    monkeypatch.setattr(pledges, "FORGETS", belongings.FORGETS)
    pledge = make_pledge()
    assert _erase(pledge).gone["photos"] == 3
    assert taken == [pledge.pk]


def test_no_word_of_the_provider_is_left_in_its_row():
    pledge = sealed_pledge(
        features=["quiet"],
        household={"18-59": 1},
        refusals=["children"],
        exclusion_tokens=["t1"],
        preferences=["quiet"],
    )
    _erase(pledge)
    row = Pledge.objects.filter(pk=pledge.pk).values().get()
    left = json.dumps(row, default=str)
    for word in ("quiet", "18-59", "children", "t1", "DE-BE", "ru"):
        assert f'"{word}"' not in left


def test_its_address_is_found_no_more():
    pledge = sealed_pledge()
    assert addresses.find(pledge.pk)
    _erase(pledge)
    assert addresses.find(pledge.pk) is None
    assert not Match.objects.exists()


def test_a_disclosure_on_its_way_ends_and_its_halves_are_gone():
    pledge = sealed_pledge()
    asker = make_member()
    at = timezone.now()
    disclosure = Disclosure.objects.create(
        purpose="vetting_step",
        object_id=pledge.pk,
        record_purpose="pledge.contact",
        record_ids=[pledge.pk],
        owner=pledge.organisation,
        requester=asker,
        half_b_by=make_member(role="approver"),
        status="approved",
        asked_at=at,
        approved_at=at,
        expires_at=at + timedelta(minutes=15),
        updated_at=at,
    )
    DisclosureBox.objects.create(
        disclosure=disclosure, letter="B", record_id=pledge.pk, box=b"half", expires_at=disclosure.expires_at
    )
    assert _erase(pledge).gone["disclosed_halves"] == 1
    disclosure.refresh_from_db()
    assert disclosure.status == "lapsed"
    assert not DisclosureBox.objects.exists()
