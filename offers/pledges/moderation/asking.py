"""Writing to an address that nobody has proven: so often a day and no more, whoever asks for it and how often."""

from datetime import datetime, timedelta

from django.utils import timezone

from kernel.outbox import enqueue
from offers.pledges.models import Pledge
from offers.pledges.moderation.models import AddressAsked

A_DAY = timedelta(days=1)
MOST_A_DAY = 6  # messages to one address


def lock_address(blind: bytes) -> None:
    """Let one deed at a time write to an address, in the caller's transaction: its oldest offer is the lock."""
    Pledge.objects.filter(blind_email=blind).order_by("created_at", "pk").select_for_update(of=("self",)).first()


def may_ask(blind: bytes, at: datetime) -> bool:
    """Whether an address can be written to now; the caller holds its lock."""
    return AddressAsked.objects.filter(blind=blind, at__gt=at - A_DAY).count() < MOST_A_DAY


def ask(kind: str, pledge: Pledge, blind: bytes, at: datetime) -> None:
    """Promise a message (an outbox kind) for a pledge and count it; the caller holds the lock and has looked."""
    AddressAsked.objects.create(blind=blind, at=at)
    enqueue(kind, pledge.pk)


def forget_asked() -> int:
    """Delete what no longer counts; return how many rows."""
    deleted, _by_model = AddressAsked.objects.filter(at__lte=timezone.now() - A_DAY).delete()
    return deleted
