"""Authorised campaigns and their transfers over the API."""

import base64
import json

import pytest
from django.utils import timezone

from api.v1.campaigns import AuthorisedCampaignOut, CampaignTransferOut, CampaignTransfers
from donations.campaigns.deeds import withdraw_campaign
from donations.campaigns.transfers.comparing import publish_campaigns
from donations.models import CampaignTransfer
from tests.api.clients import Partner, api_client
from tests.factories.campaigns import make_campaign, make_transfer
from tests.factories.organisations import make_operator
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db
WHO, SENT = "/api/v1/authorised-campaigns", "/api/v1/campaign-transfers"


@pytest.fixture
def partner() -> Partner:
    return api_client()


def body(campaign, **words):
    today = timezone.now().date().isoformat()
    return {**CampaignTransfers.examples["create"], "campaign": campaign.pk, "sent_on": today, **words}


def test_anyone_reads_who_may_collect_and_nothing_of_drafts() -> None:
    campaign, draft = make_campaign(), make_campaign(signed=False)
    for _ in range(5):
        make_transfer(campaign, arrived=1000)
    publish_campaigns(at=timezone.now())
    anyone = StrictApiClient()
    (told,) = anyone.get(WHO).json()["results"]
    assert set(told) == set(AuthorisedCampaignOut().fields)
    assert (told["id"], told["status"], told["address"]) == (campaign.pk, "current", str(campaign.page))
    assert told["received"] == [{"minor": 5000, "currency": "EUR"}]
    assert (told["from"], told["until"]) == (campaign.begins_on.isoformat(), campaign.ends_before.isoformat())
    said = told["statement"].split(".")[0]
    assert json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))["host"] == campaign.host
    assert anyone.get(f"{WHO}/{campaign.pk}").json() == told
    assert anyone.get(f"{WHO}/{draft.pk}").status_code == 404
    withdraw_campaign(campaign, by="user:1", at=timezone.now())
    assert anyone.get(f"{WHO}/{campaign.pk}").json()["status"] == "withdrawn"
    assert anyone.post(WHO, {}, format="json").status_code == 405


def test_a_partner_announces_what_its_campaign_sent_and_reads_what_arrived(partner: Partner) -> None:
    campaign = make_campaign(partner=partner.organisation)
    answer = partner.create(SENT, body(campaign))
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert list(told) == list(CampaignTransferOut().fields)
    assert (told["status"], told["received"], told["amount"]) == ("announced", None, body(campaign)["amount"])
    assert partner.get(answer["Location"]).json() == told
    arrived = make_transfer(campaign, 500, arrived=400)
    results = partner.get(SENT, {"campaign": campaign.pk, "status": "received"}).json()["results"]
    assert [(one["id"], one["received"]["minor"]) for one in results] == [(arrived.pk, 400)]


def test_it_announces_once_for_one_key_and_a_reference_once(partner: Partner) -> None:
    campaign = make_campaign(partner=partner.organisation)
    first, second = (partner.create(SENT, body(campaign), key="same") for _ in range(2))
    assert first.content == second.content
    assert CampaignTransfer.objects.count() == 1
    again = partner.create(SENT, body(campaign))
    assert (again.status_code, again.json()["code"]) == (409, "announced_already")
    unkeyed = partner.post(SENT, body(campaign), format="json")
    assert unkeyed.json()["code"] == "idempotency_key_required"


def test_a_campaign_that_is_not_the_caller_s_is_one_that_never_existed(partner: Partner) -> None:
    campaigns = [make_campaign(), make_campaign(signed=False, partner=partner.organisation)]
    answers = [partner.create(SENT, body(campaign)).json() for campaign in campaigns]
    answers.append(partner.create(SENT, {**body(campaigns[0]), "campaign": "ca_" + "a" * 26}).json())
    for told in answers:
        assert (told["status"], told["code"], told["errors"][0]["attr"]) == (400, "unknown_reference", "campaign")
    assert len({told["detail"] for told in answers}) == 1
    foreign = make_transfer(campaigns[0])
    assert partner.get(f"{SENT}/{foreign.pk}").status_code == 404
    assert partner.get(SENT).json()["results"] == []
    assert api_client(organisation=make_operator()).get(f"{SENT}/{foreign.pk}").status_code == 200


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"reference": "from anna"}, "reference"),
        ({"reference": "A" * 21}, "reference"),
        ({"reference": "REF-1\n"}, "reference"),
        ({"amount": {"minor": 0, "currency": "EUR"}}, "amount"),
        ({"sent_on": "2999-01-01"}, "sent_on"),
        ({"sent_on": "2000-01-01"}, "sent_on"),
        ({"donor": "Anna"}, "donor"),
    ],
)
def test_what_is_wrong_names_its_field(partner: Partner, words: dict, field: str) -> None:
    answer = partner.create(SENT, body(make_campaign(partner=partner.organisation), **words))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(field)
    assert not CampaignTransfer.objects.exists()
