"""The matrix, walked: each role of the operator, of the owner and of a stranger, at each route, with real things.

And the other way round: with any one rule changed, the walk finds it.
"""

from typing import Any

import pytest
from rules.permissions import permissions, set_perm
from rules.predicates import always_allow, always_deny

from api.auth.permission import HasScope
from api.v1.donations import Donations
from donations.models import Donation
from kernel.accounts import access, mfa
from kernel.accounts.models import Member
from kernel.accounts.people.requests import StaffRequestQuerySet
from kernel.disclosure.disclosing.rows import DisclosureQuerySet
from offers.matching.models import MatchQuerySet
from offers.models import Need
from offers.needs.models import NeedQuerySet
from offers.pages import needs
from offers.pledges.models import PledgeQuerySet
from tests.architecture.matrix import MATRIX
from tests.architecture.walk import walk, without_a_thing
from tests.architecture.world import World, build_world
from waystation.front import people

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]

# a permission, and a route whose door asks for it
DOORS = {
    "accounts.enter_console": "console",
    "accounts.grant_trust": "trust",
    "accounts.list_organisation": "listing",
    "accounts.manage_people": "people_change",
    "accounts.see_people": "people",
    "accounts.sign_people": "people_sign",
    "donations.keep_books": "donations:expenses",
    "donations.see_money": "donations:money",
    "donations.watch_events": "donations:events",
    "offers.see_matches": "offers:match",
    "offers.see_needs": "offers:need",
    "offers.tend_board": "offers:board",
    "offers.vet_pledges": "offers:pledge",
    "offers.write_needs": "offers:need_new",
}


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
        original = permissions[permission]
        for changed in (always_allow, always_deny):
            set_perm(permission, changed)
            # a page of every member has nobody whom it could let in too many
            if not _found(world, route) and not (changed is always_allow and len(MATRIX[route].roles) == 5):
                unnoticed.append(f"{permission} as {changed.name}")
        set_perm(permission, original)
    assert unnoticed == []
    assert walk(world, DOORS.values()) == []


def test_it_notices_a_thing_that_strangers_see() -> None:
    world = build_world()
    assert Donation.objects.exists()
    shown: dict[str, tuple[Any, str, Any]] = {
        "need-detail": (NeedQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "pledge-detail": (PledgeQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "match-detail": (MatchQuerySet, "visible_to", lambda rows, organisation: rows.all()),
        "offers:candidates": (NeedQuerySet, "visible_to", lambda rows, organisation: rows.all()),
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
