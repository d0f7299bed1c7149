"""The board over the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import ids
from offers.needs.board.policy import sign_policy
from offers.needs.board.release import release_due
from offers.needs.models import Need
from tests.api.clients import Partner, api_client
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge

pytestmark = pytest.mark.django_db
BOARD = "/api/v1/published-needs"


@pytest.fixture
def partner() -> Partner:
    """Return a partner's client, with six rooms needed on the board by others."""
    at = timezone.now()
    for role in ("coordinator", "approver"):
        sign_policy(by=make_member(role=role), at=at)
    for i in range(6):
        make_need(make_operator(), by=f"user:{i % 2}", at=at - timedelta(days=30))
    release_due(at=at, delay=lambda: timedelta(0))
    return api_client()


def test_it_shows_exactly_the_published_view_sorted_by_id(partner: Partner) -> None:
    answer = partner.get(BOARD)
    rows = answer.json()["results"]
    assert len(rows) == 6
    assert {frozenset(row) for row in rows} == {
        frozenset({"id", "zone", "kind_group", "party_band", "period", "requires"})
    }
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert "ETag" not in answer


def test_it_pages_without_a_word_about_time(partner: Partner) -> None:
    first = partner.get(f"{BOARD}?limit=4").json()
    second = partner.get(first["next"]).json()
    assert len({row["id"] for row in first["results"] + second["results"]}) == 6
    for parameter in ("modified_after=2026-01-01T00:00:00Z", "status=open"):
        assert partner.get(f"{BOARD}?{parameter}").status_code == 400


def test_it_has_no_address_for_a_single_row(partner: Partner) -> None:
    row = partner.get(BOARD).json()["results"][0]
    for pk in (row["id"], ids.new_id("pub")):
        assert partner.get(f"{BOARD}/{pk}").status_code == 404


def test_it_answers_the_same_bytes_whatever_becomes_of_a_need(partner: Partner) -> None:
    before = partner.get(BOARD).content
    need = Need.objects.first()
    Need.objects.filter(pk=need.pk).update(status="withdrawn", urgency="emergency", party_size=9, stay_days=400)
    assert partner.get(BOARD).content == before


def test_it_shows_a_pledge_the_rows_of_its_group_and_no_others(partner: Partner) -> None:
    room = make_pledge(organisation=partner.organisation, kind="housing")
    doctor = make_pledge(organisation=partner.organisation, kind="medical")
    assert len(partner.get(f"/api/v1/pledges/{room.pk}/candidates").json()["results"]) == 6
    assert partner.get(f"/api/v1/pledges/{doctor.pk}/candidates").json()["results"] == []


def test_it_hides_the_candidates_of_a_pledge_that_is_not_the_callers(partner: Partner) -> None:
    others = make_pledge(organisation=make_partner(), kind="housing")
    for pk in (others.pk, ids.new_id("pl"), "pl_x"):
        assert partner.get(f"/api/v1/pledges/{pk}/candidates").status_code == 404
