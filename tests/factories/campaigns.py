"""Authorised campaigns, and what they announce."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from donations.campaigns.addresses import read_address
from donations.campaigns.deeds import CampaignTerms, ask_for_campaign, sign_campaign
from donations.campaigns.transfers.deeds import announce_transfer, receive_transfer
from donations.models import Campaign, CampaignTransfer
from donations.offline.deeds import record_gift
from kernel.money import Money
from tests.factories.donations import make_fund
from tests.factories.organisations import make_partner

_number = count(1)


def make_campaign(*, address: str = "", signed: bool = True, **words: object) -> Campaign:
    """Return a campaign of a partner of its own that runs from ten days ago for a month; asked for by user:0."""
    number, at = next(_number), timezone.now()
    values = {
        "fund": None,
        "title": f"Spring concert {number}",
        "begins_on": at.date() - timedelta(days=10),
        "ends_before": at.date() + timedelta(days=20),
        **words,
    }
    values["fund"] = values["fund"] or make_fund()
    if not values.get("fundraiser") and not values.get("partner"):
        values["partner"] = make_partner()
    page = read_address(address or f"https://concert-{number}.example/give")
    campaign = ask_for_campaign(terms=CampaignTerms(page=page, **values), by="user:0", at=at)
    return sign_campaign(campaign, by="user:00", at=at) if signed else campaign


def make_transfer(
    campaign: Campaign, minor: int = 5000, *, arrived: int = 0, currency: str = "EUR"
) -> CampaignTransfer:
    """Return an announced transfer, received as a gift of `arrived` minor units if that is said."""
    at = timezone.now()
    transfer = announce_transfer(
        campaign=campaign,
        amount=Money(minor, currency),
        sent_on=at.date(),
        reference=f"REF-{next(_number)}",
        by="user:0",
        at=at,
    )
    if not arrived:
        return transfer
    way = "partner" if campaign.partner else "bank"
    gift = record_gift(
        fund=campaign.fund,
        way=way,
        partner=campaign.partner,
        amount=Money(arrived, currency),
        received_on=at.date(),
        by="user:0",
        at=at,
    )
    return receive_transfer(transfer, gift=gift, by="user:0", at=at)
