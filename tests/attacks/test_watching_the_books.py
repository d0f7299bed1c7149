"""Somebody reads the public pages of the money each day. Two worlds differ in the amount of one gift: the pages do not,
until five other gifts that stand in nothing else hide it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from donations.campaigns.transfers.comparing import publish_campaigns
from donations.disputes.deeds import apply_dispute
from donations.ledger.publishing import publish_totals
from donations.models import Donation, Fund
from donations.offline.deeds import record_gift, reverse_gift
from donations.refunds.deeds import apply_refund
from kernel.money import Money
from tests.factories.campaigns import make_campaign, make_transfer
from tests.factories.donations import disputed, make_fund, make_paid, refunded

pytestmark = pytest.mark.django_db
EUR = "EUR"
SMALL, LARGE = 1_100, 93_300
PAGES = ("/transparency/", "/transparency/figures.csv", "/", "/api/v1/funds")


def gift(*funds: Fund, minor: int = 2_000, currency: str = EUR) -> Donation:
    return make_paid(split=[(fund, 1) for fund in funds], amount=Money(minor, currency))


def bank(fund: Fund, minor: int = 2_000) -> object:
    at = timezone.now()
    return record_gift(fund=fund, way="bank", amount=Money(minor, EUR), received_on=at.date(), by="user:1", at=at)


def few(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(3):
        gift(one)
    bank(one, minor)


def in_rare_currency(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(4):
        gift(one)
    gift(one, minor=minor, currency="USD")


def others_recorded_by_mistake(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(4):
        reverse_gift(bank(one), by="user:2", at=timezone.now())
    bank(one, minor)


def others_sent_back(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(4):
        given = gift(one)
        apply_refund(refunded(given, given.total), at=timezone.now())
    gift(one, minor=minor)


def others_taken_back_by_banks(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(4):
        apply_dispute(disputed(gift(one)), at=timezone.now())
    gift(one, minor=minor)


def others_shared_by_both_funds(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(6):
        gift(one, two)
    gift(one, minor=minor)


def shared_with_a_busy_fund(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    gift(two, minor=minor)
    for _ in range(6):
        gift(two, one)


def an_old_one_sent_back(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    for _ in range(4):
        gift(one)
    apply_refund(refunded(old[0], Money(minor // 10, EUR)), at=timezone.now())


def others_collected_by_a_partner(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    campaign = make_campaign(fund=one)
    for _ in range(5):
        make_transfer(campaign, arrived=2_000)
    gift(one, minor=minor)


def others_found_later_to_be_collected(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    make_campaign(fund=one, fundraiser="A choir")
    for _ in range(5):
        bank(one)
    gift(one, minor=minor)


def others_collected_by_mistake(one: Fund, two: Fund, old: list[Donation], minor: int) -> None:
    campaign, at = make_campaign(fund=one), timezone.now()
    for _ in range(4):
        reverse_gift(make_transfer(campaign, arrived=2_000).gift, by="user:2", at=at)
    make_transfer(campaign, arrived=minor)


STORIES = (
    few,
    in_rare_currency,
    others_recorded_by_mistake,
    others_sent_back,
    others_taken_back_by_banks,
    others_shared_by_both_funds,
    shared_with_a_busy_fund,
    an_old_one_sent_back,
    others_collected_by_a_partner,
    others_found_later_to_be_collected,
    others_collected_by_mistake,
)


@pytest.fixture
def world(client) -> Callable[..., list[bytes]]:
    """Return what tells a story over four days and hands back every page of each day; then nothing has happened."""
    one, two = make_fund(name="A roof"), make_fund(name="A road")
    old = [gift(one, minor=10_000) for _ in range(5)] + [gift(two) for _ in range(5)]
    began = timezone.now()
    publish_totals(at=began)

    def told(story: Callable[..., None], minor: int, *, then: int = 0) -> list[bytes]:
        seen = []
        with transaction.atomic():
            story(one, two, old, minor)
            for day in range(1, 4):
                publish_totals(at=began + timedelta(days=day))
                publish_campaigns(at=began + timedelta(days=day))
                if day == 2:
                    for _ in range(then):
                        gift(one)
                seen += [client.get(page).content for page in PAGES if page != "/api/v1/funds"]
                seen.append(str([row["raised"] for row in client.get(PAGES[-1]).json()["results"]]).encode())
                collected = client.get("/api/v1/authorised-campaigns").json()["results"]
                seen.append(str([row["received"] for row in collected]).encode())
            transaction.set_rollback(True)
        return seen

    return told


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_one_gift_never_shows(world, story):
    assert world(story, SMALL) == world(story, LARGE)


@pytest.mark.parametrize("story", [few, others_sent_back, others_shared_by_both_funds, an_old_one_sent_back])
def test_it_shows_in_the_sum_of_five_others(world, story):
    small, large = world(story, SMALL, then=5), world(story, LARGE, then=5)
    first_days = 2 * (len(PAGES) + 1)
    assert small[:first_days] == large[:first_days]
    assert small[first_days] != large[first_days]
