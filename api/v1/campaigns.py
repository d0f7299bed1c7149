"""Authorised campaigns: who may collect, and what reached us; and what a campaign says it has sent."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from api.bodies import DayField, IdField, MoneyField, MoneyShape, StrictCharField, StrictSerializer
from api.lists import ListFilters
from api.resources import Body, Resource
from donations.campaigns.models import Campaign, Standing
from donations.campaigns.statements import state
from donations.campaigns.transfers.deeds import announce_transfer
from donations.campaigns.transfers.models import REFERENCE, CampaignTransfer, TransferStatus
from kernel.states import Refusal


class AuthorisedCampaignOut(serializers.Serializer[Any]):
    """A campaign that two people authorised, whatever became of it since."""

    id = serializers.CharField()
    title = serializers.CharField()
    collector = serializers.CharField(help_text="Who collects, by name.")
    fund = serializers.CharField()
    address = serializers.CharField(help_text="The only page on which it is genuine, and those below it.")
    status = serializers.ChoiceField(choices=Standing.values, help_text="Only `current` may collect today.")
    until = serializers.DateField(help_text="The day on which it is over.")
    goal = MoneyShape(allow_null=True)
    received = serializers.ListField(
        child=MoneyShape(), help_text="What reached us, as last published: daily at most, after several transfers."
    )
    statement = serializers.CharField(help_text="`body.signature` in URL-safe base64: Ed25519 over the body.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, Any]:
        """Add `from`, which cannot be written as an attribute of a class."""
        return {**super().get_fields(), "from": serializers.DateField(help_text="The first day.")}


def campaign_out(campaign: Campaign) -> Body:
    """Return what `AuthorisedCampaignOut` declares."""
    figures = sorted(campaign.figures.all(), key=lambda figure: figure.currency)
    return {
        "id": campaign.pk,
        "title": campaign.title,
        "collector": campaign.collector,
        "fund": campaign.fund_id,
        "address": str(campaign.page),
        "status": str(campaign.standing(timezone.now().date())),
        "until": campaign.ends_before.isoformat(),
        "goal": campaign.goal,
        "received": [figure.received for figure in figures],
        "statement": state(campaign),
        "created_at": campaign.created_at,
        "updated_at": campaign.updated_at,
        "from": campaign.begins_on.isoformat(),
    }


class AuthorisedCampaigns(Resource):
    """Who may collect for which fund, and where. Drafts are not told of."""

    prefix = "ca"
    scopes = {"list": "", "retrieve": ""}
    shape = AuthorisedCampaignOut
    filters = ListFilters
    http_method_names = ["get", "head"]

    def rows(self) -> QuerySet[Campaign]:
        """Return all that were ever authorised: they are nobody's secret."""
        return Campaign.objects.signed().select_related("partner").prefetch_related("figures")

    def show(self, rows: Sequence[Campaign]) -> list[Body]:
        """Return the campaigns."""
        return [campaign_out(campaign) for campaign in rows]

    def list(self, request: Request) -> HttpResponse:
        """List authorised campaigns, those that are over among them."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one authorised campaign."""
        return self.shown(pk)


class CampaignTransferIn(StrictSerializer):
    """What a campaign of the caller's organisation has sent."""

    campaign = IdField("ca")
    amount = MoneyField()
    sent_on = DayField()
    reference = StrictCharField(
        pattern=REFERENCE, max_length=20, help_text="As the bank's statement will say it: capitals, digits, hyphens."
    )


class CampaignTransferOut(serializers.Serializer[Any]):
    """A transfer that was announced, and what of it arrived."""

    id = serializers.CharField()
    campaign = serializers.CharField()
    status = serializers.ChoiceField(choices=TransferStatus.values)
    amount = MoneyShape(help_text="What was announced.")
    received = MoneyShape(allow_null=True, help_text="What arrived and is booked; null until it is.")
    sent_on = serializers.DateField()
    reference = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def transfer_out(transfer: CampaignTransfer) -> Body:
    """Return what `CampaignTransferOut` declares."""
    return {
        "id": transfer.pk,
        "campaign": transfer.campaign_id,
        "status": transfer.status,
        "amount": transfer.amount,
        "received": transfer.received,
        "sent_on": transfer.sent_on.isoformat(),
        "reference": transfer.reference,
        "created_at": transfer.created_at,
        "updated_at": transfer.updated_at,
    }


class CampaignTransferFilters(ListFilters):
    """By state, and by campaign."""

    status = django_filters.ChoiceFilter(choices=TransferStatus.choices)
    campaign = django_filters.CharFilter(field_name="campaign", max_length=40)


class CampaignTransfers(Resource):
    """What the caller's campaigns say they have sent; for the operator, what all of them say."""

    prefix = "ct"
    scopes = {"list": "donations:read", "retrieve": "donations:read", "create": "donations:write"}
    bodies = {"create": CampaignTransferIn}
    shape = CampaignTransferOut
    filters = CampaignTransferFilters
    examples = {
        "create": {
            "campaign": "ca_" + "a" * 26,
            "amount": {"minor": 125000, "currency": "EUR"},
            "sent_on": "2026-11-20",
            "reference": "AUTUMN-2026-1",
        }
    }

    def rows(self) -> QuerySet[CampaignTransfer]:
        """Return the transfers the caller may see."""
        return CampaignTransfer.objects.visible_to(self.principal.organisation).select_related("gift")

    def show(self, rows: Sequence[CampaignTransfer]) -> list[Body]:
        """Return the transfers."""
        return [transfer_out(transfer) for transfer in rows]

    def list(self, request: Request) -> HttpResponse:
        """List transfers."""
        return self.listed()

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one transfer: `received` says what arrived."""
        return self.shown(pk)

    def create(self, request: Request) -> HttpResponse:
        """Announce what a campaign has sent. It counts as received once a finance officer finds it in the books."""
        return self.created(self._announce)

    def _announce(self, body: Body) -> CampaignTransfer:
        """Announce it. Raises Refusal, `unknown_reference` for a campaign that is not the caller's."""
        campaign = Campaign.objects.collected_by(self.principal.organisation).filter(pk=body["campaign"]).first()
        if campaign is None:
            raise Refusal("unknown_reference", "There is no such campaign.", "campaign")
        return announce_transfer(**{**body, "campaign": campaign}, by=self.principal.actor, at=self.at)
