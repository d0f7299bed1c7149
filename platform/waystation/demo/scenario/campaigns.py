"""Who collects elsewhere: one campaign of the trusted partner that goes on, and one that is over and has sent all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from donations.campaigns.addresses import read_address
from donations.campaigns.deeds import CampaignTerms, ask_for_campaign, end_those_over, sign_campaign
from donations.campaigns.models import Campaign
from donations.campaigns.transfers.comparing import publish_campaigns
from donations.campaigns.transfers.deeds import announce_transfer, receive_transfer
from donations.funds.models import Fund
from donations.offline.deeds import record_gift
from kernel.accounts.members import Role
from kernel.money import Money
from waystation.demo.scenario.people import Team


@dataclass(frozen=True)
class CampaignPlan:
    """A campaign as the scenario tells it. `sent`: pounds announced and pounds that arrived, 0 for not yet."""

    title: str
    title_ru: str
    address: str
    fund: str
    began: int
    lasts: int
    sent: tuple[tuple[int, int], ...]


PLANS = (
    CampaignPlan(
        "Winter concerts",
        "Зимние концерты",
        "https://winter-concerts.example/give",
        "housing-and-food",
        60,
        120,
        ((420, 418), (365, 0)),
    ),
    CampaignPlan(
        "Summer run",
        "Летний забег",
        "https://summer-run.example/",
        "visas-and-papers",
        150,
        60,
        ((120, 120), (95, 95), (240, 238), (180, 180), (310, 310)),
    ),
)


def tell_campaigns(operator: Team, partner: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Authorise them by two people, let the partner announce what it sent, and find in the books what arrived."""
    for plan in PLANS:
        _tell(plan, operator, partner, at=at)
    ended = end_those_over(at=at)
    publish_campaigns(at=at - timedelta(days=1))
    say(f"  {len(PLANS)} authorised campaigns, {ended} of them over")


def _tell(plan: CampaignPlan, operator: Team, partner: Team, *, at: datetime) -> None:
    began = at - timedelta(days=plan.began)
    terms = CampaignTerms(
        fund=Fund.objects.get(slug=plan.fund),
        partner=partner.organisation,
        title=plan.title,
        title_ru=plan.title_ru,
        page=read_address(plan.address),
        begins_on=began.date(),
        ends_before=(began + timedelta(days=plan.lasts)).date(),
        goal=Money(1_500_00, "GBP"),
    )
    before = began - timedelta(days=3)
    campaign = ask_for_campaign(terms=terms, by=operator.actor(Role.COORDINATOR), at=before)
    sign_campaign(campaign, by=operator.actor(Role.FINANCE), at=before + timedelta(hours=5))
    campaign.refresh_from_db()
    for number, (announced, arrived) in enumerate(plan.sent, start=1):
        sent = began + timedelta(days=9 * number)
        _send(campaign, number, announced, arrived, operator, partner, at=sent)


def _send(
    campaign: Campaign, number: int, announced: int, arrived: int, operator: Team, partner: Team, *, at: datetime
) -> None:
    transfer = announce_transfer(
        campaign=campaign,
        amount=Money(announced * 100, "GBP"),
        sent_on=at.date(),
        reference=f"COLLECTED-{number}",
        by=partner.client.actor,
        at=at,
    )
    if not arrived:
        return
    came, by = at + timedelta(days=2), operator.actor(Role.FINANCE)
    gift = record_gift(
        fund=campaign.fund,
        way="partner",
        partner=partner.organisation,
        amount=Money(arrived * 100, "GBP"),
        received_on=came.date(),
        by=by,
        at=came,
    )
    receive_transfer(transfer, gift=gift, by=by, at=came)
