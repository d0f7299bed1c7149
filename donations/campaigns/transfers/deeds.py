"""Announcing a transfer, and finding it among the gifts past Stripe. No money is booked here."""

import re
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from donations.campaigns.models import Campaign
from donations.campaigns.transfers.models import REFERENCE, CampaignTransfer, TransferMove, TransferStatus
from donations.offline.models import OfflineGift, OfflineStatus, OfflineWay
from kernel import audit, states
from kernel.money import Money
from kernel.states import Refusal


@transaction.atomic
def announce_transfer(
    *, campaign: Campaign, amount: Money, sent_on: date, reference: str, by: str, at: datetime
) -> CampaignTransfer:
    """Write what an authorised campaign says it has sent, also after its end.

    Raises Refusal `not_authorised`, `bad_reference`, `amount_too_small`, `date_in_future`, `before_campaign`,
    `announced_already`.
    """
    if campaign.signed_at is None:
        raise Refusal("not_authorised", _("This campaign is not authorised."), "campaign")
    if not re.fullmatch(REFERENCE, reference):
        raise Refusal("bad_reference", _("Three to twenty capital letters, digits and hyphens."), "reference")
    if amount.minor < 1:
        raise Refusal("amount_too_small", _("A transfer is more than nothing."), "amount")
    if sent_on > at.date():
        raise Refusal("date_in_future", _("This day is still to come: announce it once it is sent."), "sent_on")
    if sent_on < campaign.begins_on:
        raise Refusal("before_campaign", _("The campaign had not begun that day."), "sent_on")
    transfer = CampaignTransfer(
        campaign=campaign,
        amount_minor=amount.minor,
        currency=amount.currency,
        sent_on=sent_on,
        reference=reference,
        announced_by=by,
        created_at=at,
        updated_at=at,
    )
    if campaign.transfers.filter(reference=reference).exclude(status=TransferStatus.DROPPED).exists():
        raise _announced()
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError as race:
        raise _announced() from race
    TransferMove.objects.create(transfer=transfer, new=transfer.status, by=by, at=at)
    audit.record(by, "campaign_transfer.announce", transfer.pk, at=at)
    return transfer


def gifts_that_fit(campaign: Campaign) -> QuerySet[OfflineGift]:
    """Return the booked gifts past Stripe by which a transfer of this campaign may have come, newest first."""
    booked = OfflineGift.objects.filter(fund=campaign.fund_id, status=OfflineStatus.BOOKED, transfer=None)
    came = booked.filter(way=OfflineWay.PARTNER) if campaign.partner_id else booked.filter(way=OfflineWay.BANK)
    return came.filter(partner=campaign.partner_id).order_by("-received_on", "-created_at")


@transaction.atomic
def receive_transfer(transfer: CampaignTransfer, *, gift: OfflineGift, by: str, at: datetime) -> CampaignTransfer:
    """Say by which gift a transfer arrived; each gift counts once.

    Raises Refusal `other_gift`, `illegal_transition`.
    """
    held = CampaignTransfer.objects.select_for_update().get(pk=transfer.pk)
    found = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    if not gifts_that_fit(held.campaign).filter(pk=found.pk).exists():
        raise Refusal("other_gift", _("This gift is not booked, is another's, or counts for another transfer."), "gift")
    states.move(held, to=TransferStatus.RECEIVED, by=by, at=at, why=found.pk, also={"gift": found})
    audit.record(by, "campaign_transfer.receive", held.pk, reason=found.pk, at=at)
    return held


@transaction.atomic
def take_back_receipt(transfer: CampaignTransfer, *, by: str, at: datetime) -> CampaignTransfer:
    """Say that a transfer did not arrive by that gift after all. Raises Refusal `illegal_transition`."""
    held = CampaignTransfer.objects.select_for_update().get(pk=transfer.pk)
    states.move(held, to=TransferStatus.ANNOUNCED, by=by, at=at, also={"gift": None})
    audit.record(by, "campaign_transfer.take_back", held.pk, at=at)
    return held


@transaction.atomic
def drop_transfer(transfer: CampaignTransfer, *, by: str, at: datetime) -> CampaignTransfer:
    """Let go of one that was announced by mistake. Raises Refusal `illegal_transition`."""
    held = CampaignTransfer.objects.select_for_update().get(pk=transfer.pk)
    states.move(held, to=TransferStatus.DROPPED, by=by, at=at)
    audit.record(by, "campaign_transfer.drop", held.pk, at=at)
    return held


def _announced() -> Refusal:
    return Refusal("announced_already", _("This campaign has announced a transfer with this reference."), "reference")
