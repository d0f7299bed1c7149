"""Releases on real rows: whole cohorts, at their slot, and nothing else ever."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from kernel.accounts.models import Organisation
from kernel.states import Refusal
from offers.needs.board.clock import advance, release_time
from offers.needs.board.models import PolicySignature, Publication, Release, ReleaseWait
from offers.needs.board.policy import sign_policy
from offers.needs.board.release import DELAY_DAYS, draw_delay, release_due
from offers.needs.board.switch import close_board, open_board
from offers.needs.board.views import board, listed_needs, published_view
from offers.needs.models import Need
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=40)


def no_delay() -> timedelta:
    """Return no delay at all."""
    return timedelta(0)


@pytest.fixture(autouse=True)
def _signed_policy(db: None) -> None:
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=AT)


def make_waiting(count: int, organisation: Organisation | None = None, **terms: object) -> list[Need]:
    """Return open needs of as many households, written by two caseworkers."""
    owner = organisation or make_operator()
    return [make_need(owner, by=f"user:{owner.pk[-4:]}-{i % 2}", at=LONG_AGO, **terms) for i in range(count)]


def test_it_publishes_a_cohort_whole_and_in_exactly_the_six_words() -> None:
    make_waiting(5)
    assert release_due(at=AT, delay=no_delay).published == {"home": 5}
    rows = [published_view(row) for row in board(AT)]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert all(
        {**row, "id": ""}
        == {"id": "", "zone": "any", "kind_group": "home", "party_band": "any", "period": "any", "requires": []}
        for row in rows
    )


def test_it_publishes_nothing_below_k() -> None:
    make_waiting(4)
    make_waiting(9, kind="medical")
    assert release_due(at=AT, delay=no_delay).published == {}


def test_it_publishes_nothing_before_the_delay_is_over() -> None:
    make_waiting(6)
    release_due(at=AT, delay=lambda: timedelta(days=41))
    assert not board(AT).exists()
    assert ReleaseWait.objects.count() == 6


def test_it_decides_a_slot_once() -> None:
    make_waiting(5)
    release_due(at=AT, delay=no_delay)
    make_waiting(5)
    assert release_due(at=AT, delay=no_delay).reason == "decided_already"
    assert board(AT).count() == 5
    assert Release.objects.count() == 1


def test_it_takes_a_cohort_off_whole_after_its_life_and_gives_new_ids() -> None:
    make_waiting(5)
    release_due(at=AT, delay=no_delay)
    first = set(board(AT).values_list("pk", flat=True))
    for _ in range(3):
        advance(slots=1)
        release_due(at=AT, delay=no_delay)
        assert set(board(AT).values_list("pk", flat=True)) == first
    advance(slots=1)
    assert not board(AT).exists()
    release_due(at=AT, delay=no_delay)
    again = set(board(AT).values_list("pk", flat=True))
    assert len(again) == 5
    assert not again & first


def test_it_keeps_a_row_whatever_becomes_of_its_need() -> None:
    needs = make_waiting(5)
    release_due(at=AT, delay=no_delay)
    Need.objects.filter(pk=needs[0].pk).update(status="withdrawn")
    assert board(AT).count() == 5


def test_it_never_shows_a_household_twice_in_one_class() -> None:
    make_waiting(5)
    release_due(at=AT, delay=no_delay)
    shown = Need.objects.first()
    same_household = [make_need(shown.organisation, by="user:x", at=LONG_AGO, case_ref="case-again") for _ in range(5)]
    Need.objects.filter(pk__in=[need.pk for need in same_household]).update(household=shown.household)
    advance(slots=1)
    assert release_due(at=AT, delay=no_delay).published == {}


def test_it_leaves_out_emergencies_children_and_those_who_did_not_consent() -> None:
    make_waiting(4)
    make_waiting(2, urgency="emergency")
    make_waiting(2, party_size=2, bands={"3-12": 1, "18-59": 1})
    make_waiting(2, consent={"given": True, "on": LONG_AGO.date(), "for": ["matching"]})
    assert release_due(at=AT, delay=no_delay).published == {}


def test_it_does_not_let_a_partner_plant_needs_to_uncover_others() -> None:
    make_waiting(4)
    make_waiting(4, make_partner())
    assert release_due(at=AT, delay=no_delay).published == {}


def test_it_releases_nothing_under_a_policy_one_person_signed() -> None:
    PolicySignature.objects.all().delete()
    make_waiting(5)
    signer = make_member(role="coordinator")
    sign_policy(by=signer, at=AT)
    with pytest.raises(Refusal, match="second person"):
        sign_policy(by=signer, at=AT)
    assert release_due(at=AT, delay=no_delay).reason == "policy_not_signed"


def test_it_lets_nobody_but_the_operators_signers_sign() -> None:
    for member in (make_member(role="caseworker"), make_member(make_partner(), role="approver")):
        with pytest.raises(Refusal, match="coordinator or approver of the operator"):
            sign_policy(by=member, at=AT)


def test_it_clears_the_whole_board_by_the_switch_and_needs_another_to_open_it() -> None:
    make_waiting(5)
    release_due(at=AT, delay=no_delay)
    closer, other = make_member(role="coordinator"), make_member(role="approver")
    close_board(by=closer, at=AT)
    assert not board(AT).exists()
    advance(slots=1)
    assert release_due(at=AT, delay=no_delay).reason == "board_closed"
    with pytest.raises(Refusal, match="Someone else opens"):
        open_board(by=closer, at=AT)
    open_board(by=other, at=AT)
    assert not board(AT).exists()
    assert release_due(at=AT, delay=no_delay).published == {"home": 5}


def test_it_tells_an_owner_what_is_listed() -> None:
    needs = make_waiting(5)
    late = make_need(at=AT)
    release_due(at=AT, delay=lambda: timedelta(days=3))
    assert listed_needs([*needs, late], AT) == {need.pk for need in needs}


def test_it_draws_delays_within_the_bounds() -> None:
    days = [draw_delay() / timedelta(days=1) for _ in range(500)]
    assert DELAY_DAYS[0] <= min(days) < max(days) <= DELAY_DAYS[1]
    assert len(set(days)) > 100


def test_it_holds_the_invariant_over_a_year_of_slots() -> None:
    chance = random.Random(7)
    partners = [make_partner() for _ in range(2)]
    for _week in range(20):
        for owner in (make_operator(), *partners):
            for i in range(chance.randrange(4)):
                make_need(
                    owner,
                    by=f"user:{owner.pk[-4:]}-{i % 3}",
                    at=release_time(AT),
                    kind=chance.choice(["housing", "legal", "food", "medical"]),
                )
        release_due(at=AT, delay=lambda: timedelta(days=chance.randint(3, 14)))
        advance(slots=1)
    assert Publication.objects.exists()
