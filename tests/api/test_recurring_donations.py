"""Recurring donations over the API: begun with a donation, paused, taken up again, ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from api.v1.recurring_donations import RecurringDonationOut
from donations.gateway import gateway
from donations.giving.settle import settle
from donations.models import RecurringGift, RecurringWish
from donations.recurring.instalments import apply_invoice
from tests.api.clients import Partner, api_client
from tests.api.test_donations import PATH as DONATIONS
from tests.api.test_donations import wish
from tests.factories.donations import make_fund
from tests.factories.organisations import make_operator
from tests.factories.recurring import invoiced, make_recurring
from tests.sandbox_server import SandboxPeer

pytestmark = pytest.mark.django_db
PATH = "/api/v1/recurring-donations"


@pytest.fixture
def partner() -> Partner:
    return api_client()


def _told(partner: Partner, **words: Any) -> tuple[RecurringGift, dict[str, Any]]:
    gift = make_recurring(organisation=partner.organisation, by=f"client:{partner.registered.client_id}", **words)
    return gift, partner.get(f"{PATH}/{gift.pk}").json()


def test_it_begins_with_a_donation(partner: Partner, stripe: SandboxPeer) -> None:
    funds = [make_fund(), make_fund()]
    split = [{"fund": funds[0].pk, "share": 2}, {"fund": funds[1].pk, "share": 1}]
    body = {name: value for name, value in wish(split=split, interval="year").items() if name != "fund"}
    told = partner.create(DONATIONS, body, key="k").json()
    gift = RecurringGift.objects.get()
    assert (told["recurring"], told["interval"], told["status"]) == (gift.pk, "year", "pending")
    assert told["checkout_url"].startswith(stripe.url)
    shown = partner.get(f"{PATH}/{gift.pk}").json()
    assert (shown["status"], shown["interval"], shown["split"]) == ("pending", "year", split)
    assert partner.create(DONATIONS, body, key="k").json() == told
    stripe.pay(told["checkout_url"])
    first = gift.donations.get()
    assert settle(first, facts=gateway().checkout(first.checkout_session), at=timezone.now()).status == "paid"


def test_it_shows_what_it_declares_and_names_each_instalment(partner: Partner) -> None:
    gift, told = _told(partner)
    assert set(told) == set(RecurringDonationOut().fields)
    assert (told["status"], told["total"], told["fund"]) == ("active", {"minor": 2500, "currency": "EUR"}, told["fund"])
    apply_invoice(invoiced(gift, 1), at=timezone.now() + timedelta(seconds=1))
    listed = partner.get(DONATIONS).json()["results"]
    assert [(one["recurring"], one["interval"], one["status"]) for one in listed] == [(gift.pk, "month", "paid")] * 2


def test_it_is_paused_taken_up_again_and_ended_each_once(partner: Partner) -> None:
    gift, _ = _told(partner)
    for deed, status in (("pause", "paused"), ("resume", "active"), ("cancel", "canceled")):
        for _again in range(2):
            answer = partner.post(f"{PATH}/{gift.pk}/{deed}", {})
            assert (answer.status_code, answer.json()["status"]) == (200, status), answer.content
    assert list(RecurringWish.objects.values_list("kind", "by")) == [
        (kind, f"client:{partner.registered.client_id}") for kind in ("pause", "resume", "cancel")
    ]
    answer = partner.post(f"{PATH}/{gift.pk}/resume", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert (answer.json()["state"], answer.json()["legal"]) == ("canceled", [])


def test_it_belongs_to_whoever_began_it(partner: Partner) -> None:
    gift, _ = _told(partner)
    other, operator = api_client(), api_client(organisation=make_operator())
    assert other.get(f"{PATH}/{gift.pk}").status_code == other.post(f"{PATH}/{gift.pk}/cancel", {}).status_code == 404
    assert other.get(PATH).json()["results"] == []
    assert [one["id"] for one in operator.get(f"{PATH}?status=active").json()["results"]] == [gift.pk]
    reader = api_client(organisation=partner.organisation, scopes=["donations:read"])
    assert reader.get(f"{PATH}/{gift.pk}").status_code == 200
    assert reader.post(f"{PATH}/{gift.pk}/cancel", {}).status_code == 403
