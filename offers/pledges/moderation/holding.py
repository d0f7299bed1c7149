"""Looking at what was sent, by the worker: the request that brought it does the same work whoever's address it is."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kernel import audit
from kernel.outbox import handles
from offers.pledges.locking import locked
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.moderation.asking import ask, lock_address, may_ask
from offers.pledges.moderation.models import HeldOffer, HoldReason
from offers.pledges.outbox_kinds import CONFIRM_MAIL, SCREEN

# past its confirmation and not over: a second one of its kind is the same offer twice
STANDING = (
    PledgeStatus.EMAIL_CONFIRMED,
    PledgeStatus.VETTING,
    PledgeStatus.ACTIVE,
    PledgeStatus.PAUSED,
)


def hold(pledge: Pledge, reasons: Iterable[str], *, at: datetime) -> HeldOffer:
    """Hold an offer for codes of HoldReason, in the caller's transaction, adding to those it is held for already."""
    found = {HoldReason(reason).value: True for reason in reasons}
    held, _new = HeldOffer.objects.update_or_create(
        pledge=pledge, defaults=found, create_defaults={**found, "held_at": at}
    )
    audit.record("system", "pledge.held", pledge.pk, fields=sorted(found), at=at)
    return held


def suspicions_of(pledge: Pledge, blind: bytes, at: datetime) -> list[HoldReason]:
    """Return what the address an offer came with gives reason to look at; the caller holds the address's lock."""
    others = Pledge.objects.filter(blind_email=blind).exclude(pk=pledge.pk)
    found = {
        HoldReason.SAME_ADDRESS: others.filter(kind=pledge.kind, status__in=STANDING).exists(),
        HoldReason.TURNED_AWAY: others.filter(status__in=(PledgeStatus.REJECTED, PledgeStatus.SUSPENDED)).exists(),
        HoldReason.MANY_TO_ONE_ADDRESS: not may_ask(blind, at),
    }
    return [reason for reason, is_so in found.items() if is_so]


@handles(SCREEN)
def screen(object_id: str) -> None:
    """Hold what looks wrong; ask the address of everything else. Done once, however often it runs."""
    _screen(object_id, timezone.now())


@transaction.atomic
def _screen(pledge_id: str, at: datetime) -> None:
    known = Pledge.objects.get(pk=pledge_id)
    blind = bytes(known.blind_email or b"")
    lock_address(blind)
    pledge = locked(known)
    if pledge.status != PledgeStatus.SUBMITTED or pledge.screened_at is not None:
        return
    if reasons := suspicions_of(pledge, blind, at):
        hold(pledge, reasons, at=at)
    elif not HeldOffer.objects.filter(pledge=pledge).exists():
        ask(CONFIRM_MAIL, pledge, blind, at)
    Pledge.objects.filter(pk=pledge.pk).update(screened_at=at)
