"""Refunds over the API."""

from typing import Any

import pytest
from django.utils import timezone

from api.v1.refunds import RefundOut, Refunds
from donations.giving.models import Donation
from donations.giving.settle import settle
from donations.refunds.models import Refund
from tests.api.clients import Partner, api_client
from tests.factories.donations import make_donation, paid

pytestmark = pytest.mark.django_db
EXAMPLE = Refunds.examples["create"]


@pytest.fixture
def partner() -> Partner:
    return api_client()


@pytest.fixture
def donation(partner: Partner) -> Donation:
    """25 euros, paid."""
    made = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    return settle(made, facts=paid(made), at=timezone.now())


def path(donation: Donation) -> str:
    return f"/api/v1/donations/{donation.pk}/refunds"


def test_it_refunds_in_part_and_can_be_read(partner: Partner, donation: Donation) -> None:
    answer = partner.create(path(donation), EXAMPLE)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert list(told) == list(RefundOut().fields)
    assert (told["status"], told["amount"], told["donation"]) == ("pending", EXAMPLE["amount"], donation.pk)
    assert answer["Location"].endswith(f"{path(donation)}/{told['id']}")
    assert partner.get(answer["Location"]).json() == told
    assert partner.get(path(donation)).json()["results"] == [told]


def test_it_refunds_all_that_is_left_without_an_amount(partner: Partner, donation: Donation) -> None:
    partner.create(path(donation), EXAMPLE)
    rest = partner.create(path(donation), {"reason": "duplicate"}).json()
    assert rest["amount"] == {"minor": 2000, "currency": "EUR"}


def test_it_refunds_once_for_one_key(partner: Partner, donation: Donation) -> None:
    first, second = (partner.create(path(donation), EXAMPLE, key="same") for _ in range(2))
    assert first.content == second.content
    assert second["Idempotent-Replayed"] == "true"
    assert Refund.objects.count() == 1


def test_it_takes_a_key_for_another_donation_as_reused(partner: Partner, donation: Donation) -> None:
    other = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    partner.create(path(donation), EXAMPLE, key="same")
    answer = partner.create(path(other), EXAMPLE, key="same")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"amount": {"minor": 2501, "currency": "EUR"}, "reason": "duplicate"}, "refund_exceeds", "amount"),
        ({"amount": {"minor": 100, "currency": "USD"}, "reason": "duplicate"}, "refund_currency", "amount"),
        ({"reason": "dashboard"}, "invalid_choice", "reason"),
        ({}, "required", "reason"),
    ],
)
def test_it_refuses_what_is_wrong(partner: Partner, donation: Donation, body: Any, code: str, attr: str) -> None:
    answer = partner.create(path(donation), body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][0]["attr"] == attr


def test_it_refunds_only_what_was_paid(partner: Partner) -> None:
    pending = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    answer = partner.create(path(pending), EXAMPLE)
    assert (answer.status_code, answer.json()["code"], answer.json()["state"]) == (409, "illegal_transition", "pending")


@pytest.mark.parametrize("wrong", ["dn_" + "a" * 26, "nonsense", "dn_%00"])
def test_it_knows_no_refunds_of_what_is_not_ones_own(donation: Donation, wrong: str) -> None:
    stranger = api_client()
    for url in (path(donation), f"/api/v1/donations/{wrong}/refunds"):
        assert stranger.get(url).status_code == 404
        assert stranger.create(url, EXAMPLE).status_code == 404


def test_it_wants_the_scope_to_refund(partner: Partner, donation: Donation) -> None:
    writer = api_client(["donations:read", "donations:write"], partner.organisation)
    assert writer.create(path(donation), EXAMPLE).json()["code"] == "insufficient_scope"
