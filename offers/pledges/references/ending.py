"""How questions to referees end without an answer: they run out, the offer is over, or checks begin anew."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kernel import audit
from kernel.outbox import enqueue
from kernel.vault import addresses
from offers.pledges.models import Pledge
from offers.pledges.outbox_kinds import REFERENCE_MAIL
from offers.pledges.references import REMIND_AFTER
from offers.pledges.references.asking import WHILE
from offers.pledges.references.models import Reference


@transaction.atomic
def end_references(pledge: Pledge, *, at: datetime, void: bool = False) -> int:
    """End what still waits and forget the addresses; with `void`, what was answered counts no longer either.

    Runs in the caller's transaction, with the pledge locked. Returns how many had still waited.
    """
    waiting = list(pledge.references.open())
    for reference in waiting:
        addresses.forget(reference.pk)
    Reference.objects.filter(pk__in=[reference.pk for reference in waiting], ended_at=None).update(ended_at=at)
    if void:
        pledge.references.in_force().update(voided_at=at)
    return len(waiting)


def forget_references(pledge: Pledge) -> int:
    """Delete every question about an offer, with its address, in the caller's transaction; return how many."""
    references = list(pledge.references.all())
    for reference in references:
        addresses.forget(reference.pk)
        reference.delete()
    return len(references)


def told_references(pledge: Pledge) -> list[dict[str, str]]:
    """Return what a provider is told of the people that were asked: when. What they said is theirs."""
    return [{"code": one.code, "asked": one.asked_at.isoformat()} for one in pledge.references.all()]


def tend_references_now() -> int:
    """Remind once whoever has not answered for a week, and end what has run out; return how many were ended."""
    return tend_references(timezone.now())


def tend_references(at: datetime) -> int:
    """Do that as of `at`, each question in a transaction of its own."""
    quiet = Reference.objects.open().filter(reminded_at=None, held_back="", asked_at__lte=at - REMIND_AFTER)
    for reference in quiet.filter(expires_at__gt=at, pledge__status__in=WHILE).order_by("asked_at", "pk"):
        _remind(reference, at)
    over = Reference.objects.open().filter(Q(expires_at__lte=at) | ~Q(pledge__status__in=WHILE))
    return sum(_end(reference, at) for reference in over.select_related("pledge").order_by("asked_at", "pk"))


@transaction.atomic
def _remind(reference: Reference, at: datetime) -> None:
    if Reference.objects.open().filter(pk=reference.pk, reminded_at=None).update(reminded_at=at):
        enqueue(REFERENCE_MAIL, reference.pk)


@transaction.atomic
def _end(reference: Reference, at: datetime) -> bool:
    if not Reference.objects.open().filter(pk=reference.pk).update(ended_at=at):
        return False
    addresses.forget(reference.pk)
    audit.record("system", "reference.ended", reference.pledge_id, fields=[reference.pk], at=at)
    return True
