"""The console of campaigns: two of the operator's people, the snippets to copy, and transfers found in the books."""

from datetime import timedelta

import pytest
from django.utils import timezone

from donations.models import Campaign, CampaignTransfer, Transaction
from donations.offline.deeds import record_gift
from kernel.audit.models import AuditEntry
from kernel.money import Money
from tests.console import console_client
from tests.factories.campaigns import make_campaign, make_transfer
from tests.factories.donations import make_fund
from tests.factories.organisations import make_member, make_operator, make_partner

pytestmark = pytest.mark.django_db
LIST, NEW, TRANSFERS = "/console/money/campaigns/", "/console/money/campaigns/new/", "/console/money/transfers/"


@pytest.fixture
def finance():
    return console_client(make_member(make_operator(), "finance"))


@pytest.fixture
def coordinator():
    return console_client(make_member(make_operator(), "coordinator"))


def terms(**words):
    today = timezone.now().date()
    return {
        "fund": make_fund().pk,
        "partner": make_partner().pk,
        "title": "Spring concert",
        "address": "https://concert.example/give",
        "begins_on": today.isoformat(),
        "ends_before": (today + timedelta(days=30)).isoformat(),
        "goal_0": "500",
        "goal_1": "EUR",
        **words,
    }


def deed(browser, campaign, name):
    return browser.post(f"{LIST}{campaign.pk}/{name}/")


def test_one_asks_another_signs_and_the_page_shows_what_to_copy(finance, coordinator):
    asked = finance.post(NEW, terms())
    campaign = Campaign.objects.get()
    assert asked["Location"] == f"{LIST}{campaign.pk}/"
    page = finance.get(asked["Location"]).content.decode()
    assert "/sign/" not in page
    assert "badge.svg" not in page
    deed(finance, campaign, "sign")
    campaign.refresh_from_db()
    assert campaign.status == "draft"
    assert f"{LIST}{campaign.pk}/sign/" in coordinator.get(asked["Location"]).content.decode()
    deed(coordinator, campaign, "sign")
    page = finance.get(asked["Location"]).content.decode()
    assert "&lt;a href=&quot;http://testserver/verify/" in page
    assert "Spring concert" in finance.get(LIST).content.decode()
    actions = list(AuditEntry.objects.filter(action__startswith="campaign.").values_list("action", flat=True))
    assert actions == ["campaign.ask", "campaign.sign"]
    deed(finance, campaign, "withdraw")  # the one who asked may take it back
    campaign.refresh_from_db()
    assert campaign.status == "withdrawn"
    assert deed(finance, campaign, "change").status_code == 404


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"address": "http://concert.example/"}, "Type an address such as"),
        ({"address": "https://concert.example/?x=%3Cscript%3E@"}, ""),
        ({"address": "https://www.help.example/give/"}, "our own site"),
        ({"fundraiser": "A choir"}, "not both"),
        ({"partner": ""}, "not both"),
        ({"title": "<b>Concert</b>"}, "plain punctuation"),
        ({"title": "Concert for refugees"}, "neutral word"),
        ({"ends_before": "2020-01-01"}, "It ends after it begins"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(finance, settings, words, told):
    settings.PUBLIC_URL = "https://help.example"
    answer = finance.post(NEW, terms(**words))
    if told:
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert not Campaign.objects.exists()
    else:  # what an address asks of its page is left out
        assert Campaign.objects.get().page.path == "/"


def test_nobody_of_a_partner_asks_or_signs(coordinator):
    draft = make_campaign(signed=False)
    for role in ("finance", "coordinator", "admin"):
        browser = console_client(make_member(draft.partner, role))
        assert browser.get(LIST).status_code == 403
        assert browser.post(NEW, terms()).status_code == 403
        assert deed(browser, draft, "sign").status_code == 403
    assert Campaign.objects.get().status == "draft"


def test_a_partner_announces_for_its_own_campaigns_alone(finance):
    campaign, other = make_campaign(), make_campaign()
    browser = console_client(make_member(campaign.partner, "finance"))
    today = timezone.now().date().isoformat()
    said = {"campaign": campaign.pk, "amount_0": "50", "amount_1": "EUR", "sent_on": today, "reference": "AUTUMN-1"}
    assert browser.post(TRANSFERS, said)["Location"] == TRANSFERS
    assert browser.post(TRANSFERS, {**said, "campaign": other.pk, "reference": "X-11"}).status_code == 422
    assert browser.post(TRANSFERS, said).status_code == 422  # the reference counts once
    foreign = make_transfer(other)
    page = browser.get(TRANSFERS).content.decode()
    assert "AUTUMN-1" in page
    assert foreign.reference not in page
    assert other.title not in page
    assert browser.post(f"{TRANSFERS}{foreign.pk}/drop/").status_code == 404
    mine = CampaignTransfer.objects.get(reference="AUTUMN-1")
    assert browser.post(f"{TRANSFERS}{mine.pk}/receive/").status_code == 403
    assert foreign.reference in finance.get(TRANSFERS).content.decode()
    browser.post(f"{TRANSFERS}{mine.pk}/drop/")
    mine.refresh_from_db()
    assert mine.status == "dropped"


def test_finance_names_the_gift_by_which_it_arrived_and_takes_that_back(finance):
    transfer, at = make_transfer(make_campaign()), timezone.now()
    campaign = transfer.campaign
    gift = record_gift(
        fund=campaign.fund, way="partner", partner=campaign.partner, amount=Money(4900, "EUR"), received_on=at.date(),
        by="user:1", at=at,
    )  # fmt: skip
    assert gift.pk in finance.get(TRANSFERS).content.decode()
    where = f"{TRANSFERS}{transfer.pk}/receive/"
    finance.post(where, {"gift": "og_" + "a" * 26})
    transfer.refresh_from_db()
    assert transfer.status == "announced"
    finance.post(where, {"gift": gift.pk})
    transfer.refresh_from_db()
    assert (transfer.status, transfer.gift_id) == ("received", gift.pk)
    assert Transaction.objects.count() == 1
    page = finance.get(f"{LIST}{campaign.pk}/").content.decode()
    assert all(word in page for word in ("€50.00", "€49.00", "€1.00"))
    finance.post(where)
    transfer.refresh_from_db()
    assert transfer.status == "announced"
