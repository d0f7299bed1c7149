"""Asking for a campaign, signing it as the second person, and ending it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donations.campaigns.addresses import PageAddress
from donations.campaigns.models import Campaign, CampaignMove, CampaignStatus
from donations.discretion.words import revealing
from donations.funds.models import Fund
from donations.ledger.limits import check_second
from kernel import audit, states
from kernel.accounts.models import Organisation
from kernel.money import Money
from kernel.states import Refusal


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """What is asked for: a `partner` or the name of a `fundraiser`; from `begins_on` until the day `ends_before`."""

    fund: Fund
    title: str
    page: PageAddress
    begins_on: date
    ends_before: date
    partner: Organisation | None = None
    fundraiser: str = ""
    title_ru: str = ""
    goal: Money | None = None

    def columns(self) -> Mapping[str, object]:
        """Return the values of the row."""
        return {
            "fund": self.fund,
            "partner": self.partner,
            "fundraiser": self.fundraiser,
            "title": self.title,
            "title_ru": self.title_ru,
            "host": self.page.host,
            "path": self.page.path,
            "begins_on": self.begins_on,
            "ends_before": self.ends_before,
            "goal_minor": self.goal.minor if self.goal else None,
            "goal_currency": self.goal.currency if self.goal else "",
        }


@transaction.atomic
def ask_for_campaign(*, terms: CampaignTerms, by: str, at: datetime) -> Campaign:
    """Write a draft, which nobody outside sees. Raises Refusal `one_collector`, `no_days`, `over`, `revealing`,
    `page_taken`.
    """
    _check(terms, at=at)
    campaign = Campaign(asked_by=by, created_at=at, updated_at=at, **terms.columns())
    live = Campaign.objects.filter(status__in=(CampaignStatus.DRAFT, CampaignStatus.AUTHORISED))
    if live.filter(host=campaign.host, path=campaign.path).exists():
        raise _taken()
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as race:
        raise _taken() from race
    CampaignMove.objects.create(campaign=campaign, new=campaign.status, by=by, at=at)
    audit.record(by, "campaign.ask", campaign.pk, at=at)
    return campaign


@transaction.atomic
def sign_campaign(campaign: Campaign, *, by: str, at: datetime) -> Campaign:
    """Authorise a draft as the second person: from now on anybody may read it.

    Raises Refusal `second_person_needed`, `over`, `illegal_transition`.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    check_second(asked_by=held.asked_by, by=by)
    if held.ends_before <= at.date():
        raise _over()
    states.move(held, to=CampaignStatus.AUTHORISED, by=by, at=at, also={"signed_by": by, "signed_at": at})
    audit.record(by, "campaign.sign", held.pk, at=at)
    return held


@transaction.atomic
def withdraw_campaign(campaign: Campaign, *, by: str, at: datetime) -> Campaign:
    """Take it back at once, or drop a draft: taking away takes one. Raises Refusal `illegal_transition`."""
    return _over_with(campaign, CampaignStatus.WITHDRAWN, "campaign.withdraw", by=by, at=at)


@transaction.atomic
def end_campaign(campaign: Campaign, *, by: str, at: datetime) -> Campaign:
    """End it before its last day, with nothing held against it. Raises Refusal `illegal_transition`."""
    return _over_with(campaign, CampaignStatus.ENDED, "campaign.end", by=by, at=at)


def end_those_over(*, at: datetime) -> int:
    """Move what is past its last day to `ended`; return how many. Every page tells it by the day already."""
    over = Campaign.objects.filter(status=CampaignStatus.AUTHORISED, ends_before__lte=at.date()).order_by("pk")
    ended = 0
    for campaign in over:
        try:
            end_campaign(campaign, by="system", at=at)
        except Refusal:  # somebody withdrew it in the meantime
            continue
        ended += 1
    return ended


def end_those_over_now() -> None:
    """Do it for today: what the schedule calls."""
    end_those_over(at=timezone.now())


def _over_with(campaign: Campaign, status: CampaignStatus, deed: str, *, by: str, at: datetime) -> Campaign:
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    states.move(held, to=status, by=by, at=at, also={"over_at": at})
    audit.record(by, deed, held.pk, at=at)
    return held


def _check(terms: CampaignTerms, *, at: datetime) -> None:
    if bool(terms.partner) == bool(terms.fundraiser):
        raise Refusal("one_collector", _("Choose a partner, or name one fundraiser, not both."), "fundraiser")
    if terms.ends_before <= terms.begins_on:
        raise Refusal("no_days", _("It ends after it begins: give the day on which it is over."), "ends_before")
    if terms.ends_before <= at.date():
        raise _over()
    for field in ("title", "title_ru", "fundraiser"):
        if revealing(getattr(terms, field)):
            raise Refusal("revealing", _("A relative may see this on a donor's screen: take a neutral word."), field)


def _over() -> Refusal:
    return Refusal("over", _("Its last day is past: ask for it again with other days."), "ends_before")


def _taken() -> Refusal:
    return Refusal("page_taken", _("Another campaign stands at this address."), "address")
