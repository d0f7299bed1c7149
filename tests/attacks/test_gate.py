"""Attacks on the release gate: nothing is published that a person did not agree to, or that hides behind herself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from offers.needs.board.policy import sign_policy, signed_policy
from offers.needs.board.release import release_due
from offers.needs.board.switch import close_board, open_board
from offers.needs.board.views import board
from offers.needs.deeds import edit_need
from offers.needs.models import Need
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner, make_trust

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=40)


def no_delay() -> timedelta:
    return timedelta(0)


@pytest.fixture(autouse=True)
def _signed(db: None) -> None:
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=AT)


def make_waiting(*case_refs: str, **terms: Any) -> list[Need]:
    owner = make_operator()
    return [
        make_need(owner, by=f"user:{i % 2}", at=LONG_AGO, case_ref=case_ref, **terms)
        for i, case_ref in enumerate(case_refs)
    ]


def test_it_publishes_nobody_whose_consent_was_taken_back() -> None:
    partner = make_partner()
    make_trust(partner, "needs")
    make_waiting("1", "2", "3", "4", "5")
    need = make_need(partner, at=LONG_AGO)
    edited = edit_need(
        need=need,
        changes={"consent": {"given": False, "on": LONG_AGO.date(), "for": ["matching", "publication"]}},
        by="client:x",
        at=LONG_AGO,
    )
    Need.objects.filter(pk=edited.pk).update(status="open")
    assert release_due(at=AT, delay=no_delay).published == {"home": 5}
    assert not board(AT).filter(need=edited).exists()


def test_it_counts_one_household_however_its_reference_is_spelled() -> None:
    make_waiting("Case Ä-17", "case ä-17", " CASE  Ä-17 ", "case\u00a0a\u0308-17", "Ｃase Ä-\u200b17", "case ä-1７")
    make_waiting("2", "3", "4")
    assert release_due(at=AT, delay=no_delay).published == {}
    make_waiting("5")
    assert release_due(at=AT + timedelta(weeks=1), delay=no_delay).published == {"home": 5}


def test_it_releases_under_no_policy_but_the_one_that_was_signed(settings: Any) -> None:
    make_waiting("1", "2", "3", "4", "5")
    settings.RELEASE_LIFE = 1
    assert signed_policy() is None
    assert release_due(at=AT, delay=no_delay).reason == "policy_not_signed"


def test_it_goes_on_releasing_after_the_figures_were_raised(settings: Any) -> None:
    make_waiting("1", "2", "3", "4", "5")
    release_due(at=AT, delay=no_delay)
    settings.RELEASE_DELTA = 7
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=AT)
    make_waiting(*(f"more {i}" for i in range(7)), kind="legal")
    assert release_due(at=AT + timedelta(weeks=1), delay=no_delay).published == {"rights": 7}


def test_it_shows_no_row_again_after_the_switch_was_worked_twice_in_one_slot() -> None:
    make_waiting("1", "2", "3", "4", "5")
    release_due(at=AT, delay=no_delay)
    close_board(by=make_member(role="coordinator"), at=AT)
    open_board(by=make_member(role="approver"), at=AT)
    assert release_due(at=AT, delay=no_delay).reason == "decided_already"
    assert not board(AT).exists()
