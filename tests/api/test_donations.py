"""Donations over the API: started once, told of to whoever started them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from api.idempotency.models import IdempotencyKey
from api.v1.donations import DonationOut, Donations
from donations.giving.models import Donation
from donations.giving.settle import settle
from tests.api.clients import RETURN_URL, Partner, api_client
from tests.factories.donations import make_donation, make_fund, paid
from tests.factories.organisations import make_operator
from tests.sandbox_server import SandboxPeer

pytestmark = pytest.mark.django_db
PATH = "/api/v1/donations"


@pytest.fixture
def partner() -> Partner:
    return api_client()


def wish(**members: Any) -> dict[str, Any]:
    """What the schema shows as an example, for a fund that is there."""
    return {**Donations.examples["create"], "fund": make_fund().pk, **members}


def test_it_starts_a_donation_and_says_where_to_pay(partner: Partner, stripe: SandboxPeer) -> None:
    body = wish(return_url=RETURN_URL)
    answer = partner.create(PATH, body)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert told["checkout_url"].startswith(stripe.url)
    assert {name: told[name] for name in ("status", "fund", "amount", "recurring", "interval", "livemode")} == {
        "status": "pending",
        "fund": body["fund"],
        "amount": {"minor": 2500, "currency": "EUR"},
        "recurring": None,
        "interval": None,
        "livemode": False,
    }
    assert answer["Location"] == f"http://testserver{PATH}/{told['id']}"
    read = partner.get(answer["Location"])
    assert read.content == answer.content
    assert read["ETag"] == answer["ETag"]
    kept = Donation.objects.get(pk=told["id"])
    assert (kept.organisation, kept.started_by) == (partner.organisation, partner.registered.actor)
    assert kept.return_url == RETURN_URL


def test_it_answers_what_the_schema_declares(partner: Partner, stripe: SandboxPeer) -> None:
    assert list(partner.create(PATH, wish()).json()) == list(DonationOut().fields)


def test_it_splits_a_gift_by_shares(partner: Partner, stripe: SandboxPeer) -> None:
    first, second = make_fund(), make_fund()
    body = {"split": [{"fund": first.pk, "share": 2}, {"fund": second.pk, "share": 1}]}
    told = partner.create(PATH, {**body, "amount": {"minor": 1000, "currency": "JPY"}}).json()
    assert told["fund"] is None
    assert [(part["fund"], part["amount"]["minor"]) for part in told["split"]] == [(first.pk, 667), (second.pk, 333)]


def test_it_adds_what_covers_the_fee(partner: Partner, stripe: SandboxPeer) -> None:
    told = partner.create(PATH, wish(cover_fee=True)).json()
    assert told["amount"]["minor"] == 2500
    assert told["total"]["minor"] > 2500


@pytest.mark.parametrize(
    ("members", "code", "attr"),
    [
        ({"return_url": "https://evil.example/thanks/"}, "return_url_not_allowed", "return_url"),
        ({"return_url": "javascript:alert(1)"}, "bad_format", "return_url"),
        ({"fund": "fd_" + "a" * 26}, "unknown_reference", "fund"),
        ({"fund": 1}, "invalid", "fund"),
        ({"interval": "week"}, "invalid_choice", "interval"),
        ({"amount": {"minor": 100, "currency": "EUR"}}, "amount_too_small", "amount"),
        ({"amount": {"minor": "2500", "currency": "EUR"}}, "not_money", "amount"),
        ({"anonymous": "yes"}, "invalid", "anonymous"),
        ({"name": "Somebody"}, "unknown_field", "name"),
        ({"split": []}, "min_length", "split"),
        ({"split": [{"fund": "fd_" + "a" * 26, "share": 1}]}, "fund_or_split", "fund"),
    ],
)
def test_it_refuses_what_is_wrong_and_names_it(
    partner: Partner, stripe: SandboxPeer, members: dict[str, Any], code: str, attr: str
) -> None:
    answer = partner.create(PATH, wish(**members))
    assert answer.status_code == 400, answer.content
    assert answer.json()["errors"][0] == {**answer.json()["errors"][0], "code": code, "attr": attr}
    assert not Donation.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_it_names_the_part_of_a_split_that_is_unknown(partner: Partner, stripe: SandboxPeer) -> None:
    parts = [{"fund": make_fund().pk, "share": 1}, {"fund": "fd_" + "a" * 26, "share": 1}]
    answer = partner.create(PATH, {"split": parts, "amount": {"minor": 1000, "currency": "EUR"}})
    assert answer.json()["errors"][0]["attr"] == "split.1.fund"


def test_it_starts_one_donation_for_one_key(partner: Partner, stripe: SandboxPeer) -> None:
    body, key = wish(), uuid4().hex
    first, second = partner.create(PATH, body, key=key), partner.create(PATH, body, key=f'"{key}"')
    assert (second.status_code, second.content) == (201, first.content)
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert Donation.objects.count() == 1


def test_it_tells_a_repeat_within_the_lease_to_wait_and_lets_one_after_it_go_on(
    partner: Partner, stripe: SandboxPeer
) -> None:
    body, key = wish(), uuid4().hex
    partner.create(PATH, body, key=key)
    # as if the process had died between the row and the page
    IdempotencyKey.objects.update(status=None, sealed=None, leased_until=timezone.now() + timedelta(seconds=40))
    Donation.objects.update(checkout_session=None, checkout_url="")
    early = partner.create(PATH, body, key=key)
    assert (early.status_code, early.json()["code"]) == (409, "in_progress")
    assert 35 <= int(early["Retry-After"]) <= 40
    IdempotencyKey.objects.update(leased_until=timezone.now())
    late = partner.create(PATH, body, key=key)
    assert late.status_code == 201, late.content
    assert late.json()["checkout_url"].startswith(stripe.url)
    assert Donation.objects.count() == 1


def test_it_goes_on_at_once_when_the_payment_provider_was_away(partner: Partner, settings: Any, stripe: Any) -> None:
    body, key = wish(), uuid4().hex
    there, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    away = partner.create(PATH, body, key=key)
    assert (away.status_code, away.json()["code"]) == (503, "payment_unavailable")
    settings.STRIPE_API_BASE = there
    assert partner.create(PATH, body, key=key).status_code == 201
    assert Donation.objects.count() == 1


def test_it_shows_a_partner_its_own_and_the_operator_all(partner: Partner) -> None:
    mine = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    page = make_donation()
    operator = api_client(organisation=make_operator())
    assert [row["id"] for row in partner.get(PATH).json()["results"]] == [mine.pk]
    assert {row["id"] for row in operator.get(PATH).json()["results"]} == {mine.pk, page.pk}
    strange, absent = partner.get(f"{PATH}/{page.pk}"), partner.get(f"{PATH}/dn_{'a' * 26}")
    assert strange.status_code == absent.status_code == 404
    assert {**strange.json(), "instance": "", "request_id": ""} == {**absent.json(), "instance": "", "request_id": ""}


def test_it_shows_what_the_books_say_once_paid(partner: Partner) -> None:
    donation = make_donation(organisation=partner.organisation, by=partner.registered.actor)
    settle(donation, facts=paid(donation, fee=63), at=timezone.now())
    told = partner.get(f"{PATH}/{donation.pk}").json()
    assert (told["status"], told["fee"]["minor"], told["net"]["minor"]) == ("paid", 63, 2437)
    assert told["checkout_url"] is None
    assert told["paid_at"].endswith("Z")


def test_it_finds_donations_by_status_and_fund(partner: Partner) -> None:
    fund = make_fund()
    own = {"organisation": partner.organisation, "by": partner.registered.actor}
    first = make_donation(split=[(fund, 1)], **own)
    make_donation(**own)
    assert [row["id"] for row in partner.get(f"{PATH}?fund={fund.pk}").json()["results"]] == [first.pk]
    assert len(partner.get(f"{PATH}?status=pending").json()["results"]) == 2
    assert partner.get(f"{PATH}?status=paid").json()["results"] == []
    assert partner.get(f"{PATH}?status=unheard").status_code == 400


def test_it_lists_without_a_query_per_row(partner: Partner, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        make_donation(organisation=partner.organisation, by=partner.registered.actor)
    with django_assert_max_num_queries(4):
        assert len(partner.get(PATH).json()["results"]) == 5
