"""The matrix, walked: each role of the operator, of the owner and of a stranger, at each route, with real things.

And the other way round: with any one rule changed, the walk finds it.
"""

from typing import Any

import pytest
from django.urls import reverse
from rules.permissions import permissions
from rules.predicates import always_allow, always_deny

from api.auth.permission import HasScope
from api.v1.donations import Donations
from donations.models import Donation
from kernel.accounts import access, mfa
from kernel.accounts.models import Member
from kernel.accounts.people.requests import StaffRequestQuerySet
from kernel.accounts.rules import TABLE
from kernel.disclosure.disclosing.rows import DisclosureQuerySet
from kernel.shell.nav import CONSOLE
from offers.matching.models import MatchQuerySet
from offers.matching.safety.models import IncidentQuerySet
from offers.models import Need
from offers.needs.models import NeedQuerySet
from offers.pages import needs
from offers.pledges.models import PledgeQuerySet
from tests.architecture.matrix import MATRIX
from tests.architecture.routes import views
from tests.architecture.walk import differences, undone, walk, without_a_thing
from tests.architecture.world import OWNER, World, build_world
from waystation.front import people

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(600)]

# a permission, and a route at which it is asked for
DOORS = {
    "accounts.enter_console": "console",
    "accounts.grant_trust": "trust",
    "accounts.list_organisation": "listing",
    "accounts.manage_people": "people_change",
    "accounts.see_people": "people",
    "accounts.sign_people": "people_sign",
    "donations.agree": "donations:waiting",
    "donations.announce_transfer": "donations:transfers",
    "donations.ask_campaign": "donations:campaign_new",
    "donations.see_campaigns": "donations:campaigns",
    "donations.sign_campaign": "donations:campaign_deed",
    "donations.stop_giving": "donations:guard_stop",
    "donations.keep_books": "donations:expenses",
    "donations.see_money": "donations:money",
    "donations.watch_events": "donations:events",
    "disclosure.answer_requests": "disclosure_give",
    "disclosure.ask_for_contacts": "offers:contacts",
    "disclosure.hold_keys": "keys_make",
    "disclosure.open_own_key": "vault_unlock",
    "disclosure.read_contacts": "disclosure_read",
    "disclosure.see_keys": "keys",
    "disclosure.see_requests": "disclosure",
    "disclosure.take_keys_away": "keys_take_away",
    "erasure.ask": "erasure_ask",
    "erasure.decide": "erasure_approve",
    "erasure.see_requests": "erasure",
    "front.read_trail": "trail",
    "offers.confirm_matches": "offers:match_deed",
    "offers.ask_for_checks": "offers:pledge_ask",
    "offers.moderate_pledges": "offers:moderation",
    "offers.move_needs": "offers:need_withdraw",
    "offers.review_needs": "offers:need_approve",
    "offers.run_plans": "offers:plan",
    "offers.see_incidents": "offers:incident",
    "offers.see_matches": "offers:match",
    "offers.see_needs": "offers:need",
    "offers.tend_board": "offers:board",
    "offers.vet_pledges": "offers:pledge",
    "offers.write_needs": "offers:need_new",
}
# asked for behind a door with the same roles: loosened, it lets in nobody whom that door has not
BEHIND = {"offers.confirm_matches": "offers.see_matches"}
# asked for within pages that others see too: which deeds of a match, of an incident it takes is tried below
WITHIN = {"offers.work_matches", "offers.lift_freezes"}


def test_it_tries_every_permission_there_is() -> None:
    assert set(DOORS) | WITHIN == set(TABLE), "give DOORS a route at which the permission is asked for"


def test_every_door_of_the_console_asks_for_a_permission_of_the_table() -> None:
    asked = {name: getattr(view, "permission", "no permission") for name, view in views().items()}
    assert not [f"{name}: {asked[name]}" for name, row in MATRIX.items() if row.roles and asked[name] not in TABLE]
    elsewhere = {name: route for name, route in DOORS.items() if asked[route] != name}
    assert {name: asked[route] for name, route in elsewhere.items()} == BEHIND


def test_the_navigation_shows_a_page_by_the_permission_that_its_door_asks_for() -> None:
    doors = {name: getattr(view, "permission", "") for name, view in views().items()}
    assert CONSOLE.entries
    assert not [
        f"{entry.url_name}: {entry.permission}, not {doors[entry.url_name]}"
        for entry in CONSOLE.entries.values()
        if entry.permission != doors[entry.url_name]
    ]


def test_it_is_as_the_matrix_says_for_everybody_everywhere() -> None:
    world = build_world()
    assert without_a_thing(world) == [], "give tests/architecture/world.py one of what these routes are about"
    assert walk(world) == []


def _found(world: World, route: str) -> list[str]:
    return walk(world, [route])


def test_it_notices_any_one_permission_that_lets_in_everybody_or_nobody() -> None:
    world = build_world()
    unnoticed = []
    for permission, route in DOORS.items():
        # a page of every member has nobody whom it could let in too many
        inert = permission in BEHIND or len(MATRIX[route].roles) == 5
        for changed in (always_deny,) if inert else (always_deny, always_allow):
            with pytest.MonkeyPatch.context() as patched:
                patched.setitem(permissions, permission, changed)
                if not next(differences(world, [route]), None):
                    unnoticed.append(f"{permission} as {changed.name}")
    assert unnoticed == []


def _who_agrees(world: World) -> set[str]:
    """The roles of the owner that may say that the person agreed."""
    return _who_may(world, reverse("offers:match_deed", args=[world.things["match_id"], "agree"]))


def _who_may(world: World, address: str) -> set[str]:
    return {
        role
        for (house, role), browser in world.people.items()
        if house == OWNER and undone(lambda browser=browser: browser.post(address)).status_code == 302
    }


def test_it_notices_who_works_on_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    assert _who_agrees(world) == {"caseworker", "coordinator"}
    for changed, everybody in ((always_deny, set()), (always_allow, {"caseworker", "coordinator", "approver"})):
        monkeypatch.setitem(permissions, "offers.work_matches", changed)
        assert _who_agrees(world) == everybody


def test_it_notices_who_lifts_what_was_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    world = build_world()
    address = reverse("offers:incident_deed", args=[world.things["incident_id"], "ask"])
    assert _who_may(world, address) == {"coordinator", "approver"}
    for changed, everybody in ((always_deny, set()), (always_allow, {"caseworker", "coordinator", "approver"})):
        monkeypatch.setitem(permissions, "offers.lift_freezes", changed)
        assert _who_may(world, address) == everybody


def test_it_notices_a_thing_that_strangers_see() -> None:
    world = build_world()
    assert Donation.objects.exists()
    shown: dict[str, tuple[Any, str, Any]] = {
        "need-detail": (NeedQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "pledge-detail": (PledgeQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "match-detail": (MatchQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "offers:candidates": (NeedQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "offers:incident": (IncidentQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "offers:match": (MatchQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "disclosure": (DisclosureQuerySet, "visible_to", lambda rows, member: rows.all()),
        "people_drop": (StaffRequestQuerySet, "visible_to", lambda rows, member: rows.all()),
        "people_change": (people, "people_of", lambda member: Member.objects.all()),
        "offers:need": (needs, "needs_of", lambda member: Need.objects.all()),
        "donation-detail": (Donations, "rows", lambda view: Donation.objects.all()),
    }
    unnoticed = []
    for route, (where, rule, loosened) in shown.items():
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(where, rule, loosened)
            if not [line for line in _found(world, route) if "stranger" in line]:
                unnoticed.append(route)
    assert unnoticed == []


def test_it_notices_a_door_without_its_second_factor_and_a_scope_that_nobody_asks_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = build_world()
    monkeypatch.setattr(mfa, "signed_in_with_mfa", lambda request: True)
    monkeypatch.setattr(access, "signed_in_with_mfa", lambda request: True)
    assert [line for line in _found(world, "console") if "without second factor" in line]
    monkeypatch.setattr(HasScope, "has_permission", lambda door, request, view: True)
    assert [line for line in _found(world, "need-detail") if "without scope" in line]
