"""Needs at the console."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from offers.needs.board.models import BoardSwitch, PolicySignature
from offers.needs.models import Need
from offers.needs.terms import PURPOSES
from tests.console import console_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner

pytestmark = pytest.mark.django_db
NEEDS = "/console/needs/"


def filled(**changes: Any) -> dict[str, Any]:
    """Return the form of a need as a caseworker fills it in."""
    today = timezone.now().date()
    return {
        "case_ref": "2026-9",
        "kind": "housing",
        "units": 1,
        "urgency": "soon",
        "band_0_2": 0,
        "band_3_12": 0,
        "band_13_17": 0,
        "band_18_59": 1,
        "band_60": 0,
        "window_from": today + timedelta(days=20),
        "window_until": today + timedelta(days=27),
        "stay_days": 30,
        "languages": ["ru"],
        "consent_on": today,
        "consent_for": list(PURPOSES),
        **changes,
    }


def test_it_is_written_by_one_and_opened_by_another() -> None:
    writer, second = make_member(), make_member(role="approver")
    browser = console_client(writer)
    assert browser.get(f"{NEEDS}new/").status_code == 200
    made = browser.post(f"{NEEDS}new/", filled())
    need = Need.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"{NEEDS}{need.pk}/")
    assert (need.caseworker, need.countries, need.status) == (writer.user, None, "draft")
    browser.post(f"{NEEDS}{need.pk}/submit/")
    assert b"waits for its second person" not in browser.get(f"{NEEDS}{need.pk}/").content
    browser.post(f"{NEEDS}{need.pk}/approve/")
    need.refresh_from_db()
    assert need.status == "in_review"
    other = console_client(second)
    assert b"waits for its second person" in other.get(f"{NEEDS}{need.pk}/").content
    other.post(f"{NEEDS}{need.pk}/approve/")
    need.refresh_from_db()
    assert (need.status, need.approved_by) == ("open", second.user)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"band_18_59": 0}, b"A party is 1 to 50"),
        ({"band_18_59": 0, "band_13_17": 1}, b"licensed organisations alone"),
        ({"window_until": "2020-01-01", "window_from": "2019-01-01"}, b"window is over"),
        ({"countries": ["DE"], "countries_excluded": ["DE"]}, b"accepted and excluded"),
        ({"kind": "spaceship"}, b"Select a valid choice"),
        ({"case_ref": "a\x00b"}, b"Null characters are not allowed"),
    ],
)
def test_it_says_what_to_mend(changes: dict[str, Any], sentence: bytes) -> None:
    answer = console_client(make_member()).post(f"{NEEDS}new/", filled(**changes))
    assert answer.status_code == 422
    assert sentence in answer.content
    assert not Need.objects.exists()


def test_it_shows_only_the_organisations_own_needs_and_to_the_operator_what_waits_for_review() -> None:
    partner = make_partner()
    theirs, waiting = make_need(partner), make_need(partner, status="in_review", case_ref="secret-ref")
    operator = console_client(make_member(role="coordinator"))
    assert operator.get(f"{NEEDS}{theirs.pk}/").status_code == 404
    shown = operator.get(f"{NEEDS}{waiting.pk}/")
    assert shown.status_code == 200
    assert b"secret-ref" not in shown.content
    stranger = console_client(make_member(make_partner()))
    assert stranger.get(f"{NEEDS}{waiting.pk}/").status_code == 404
    assert stranger.post(f"{NEEDS}{waiting.pk}/approve/").status_code == 404
    assert operator.post(f"{NEEDS}{waiting.pk}/withdraw/").status_code == 404


def test_it_keeps_out_who_has_no_business_here() -> None:
    need = make_need()
    assert console_client(make_member(role="finance")).get(NEEDS).status_code == 403
    assert console_client(make_member(role="coordinator")).get(f"{NEEDS}new/").status_code == 403
    assert console_client(make_member(), second_factor=False).get(f"{NEEDS}{need.pk}/").status_code == 302


def test_it_lists_in_a_constant_number_of_queries(django_assert_num_queries: Any) -> None:
    browser = console_client(make_member())
    make_need()
    browser.get(NEEDS)
    with CaptureQueriesContext(connection) as one:
        browser.get(NEEDS)
    for _ in range(12):
        make_need()
    with django_assert_num_queries(len(one)):
        assert browser.get(NEEDS).status_code == 200


def test_it_shows_the_board_to_the_operators_signers_alone() -> None:
    assert console_client(make_member(role="coordinator")).get("/console/board/").status_code == 200
    for member in (make_member(role="caseworker"), make_member(make_partner(), role="approver")):
        assert console_client(member).get("/console/board/").status_code == 403


def test_it_lets_two_people_sign_and_either_clear_the_board() -> None:
    make_operator()
    first, second = (console_client(make_member(role=role)) for role in ("coordinator", "approver"))
    for browser in (first, first, second):
        browser.post("/console/board/sign/")
    signature = PolicySignature.objects.get()
    assert signature.seconded_by not in ("", signature.signed_by)
    second.post("/console/board/close/")
    assert BoardSwitch.objects.get().closed_at
    assert b"The board is closed" in first.get("/console/board/").content
    second.post("/console/board/open/")
    assert BoardSwitch.objects.get().closed_at
    first.post("/console/board/open/")
    assert not BoardSwitch.objects.get().closed_at


def test_it_changes_nothing_by_a_get() -> None:
    browser = console_client(make_member(role="coordinator"))
    need = make_need(status="in_review")
    for path in (f"{NEEDS}{need.pk}/approve/", f"{NEEDS}{need.pk}/withdraw/", "/console/board/close/"):
        assert browser.get(path).status_code == 405


def test_it_shows_the_second_person_every_word_that_was_written() -> None:
    need = make_need(make_partner(), status="in_review", exclusions=["community:x1"])
    assert b"community:x1" in console_client(make_member(role="coordinator")).get(f"{NEEDS}{need.pk}/").content
