"""Deciding about held offers, one or a hundred thousand at once; the worker carries the decisions out."""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from kernel import audit
from kernel.outbox import enqueue, handles
from kernel.states import Refusal
from kernel.vault import addresses
from offers.pledges.locking import locked, moved
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.moderation.asking import A_DAY, ask, lock_address, may_ask
from offers.pledges.moderation.models import Decision, HeldOffer, HeldOfferQuerySet
from offers.pledges.outbox_kinds import CONFIRM_MAIL, DECIDED

DISCARDED_FOR = ("spam", "duplicate", "not_an_offer")
EVERY_ONE = "held"  # the outbox row stands for all that are decided
SECONDS_A_RUN = 20.0
A_BATCH = 200


@transaction.atomic
def decide(*, held: HeldOfferQuerySet, decision: str, by: str, at: datetime, why: str = "") -> int:
    """Keep or discard those of `held` that still wait, in one statement; return how many. None is decided twice.

    `decision` is a word of Decision; a discard says why, in a word of DISCARDED_FOR. What follows (the question to
    the address, or the end) is the worker's. Raises Refusal `invalid_choice`.
    """
    if decision not in Decision.values:
        raise Refusal("invalid_choice", _("An offer is kept or discarded."), "decision")
    if (decision == Decision.DISCARD) != (why in DISCARDED_FOR):
        raise Refusal("invalid_choice", _("Choose one of the reasons."), "why")
    wanted = HeldOffer.objects.filter(pk__in=held.order_by().values("pk"), decision="")
    count = wanted.update(decision=decision, why=why, decided_by=by, decided_at=at)
    if count:
        audit.record(by, f"moderation.{decision}", EVERY_ONE, reason=why, at=at)
        enqueue(DECIDED, EVERY_ONE)
    return count


@handles(DECIDED)
def carry_out(object_id: str = EVERY_ONE) -> None:
    """Carry out what was decided, oldest first, for as long as one task may take; the rest comes with the next run."""
    until = time.monotonic() + SECONDS_A_RUN
    while time.monotonic() < until:
        now = timezone.now()
        due = HeldOffer.objects.decided().filter(Q(not_before=None) | Q(not_before__lte=now))
        batch = list(due.order_by("decided_at", "pk").values_list("pk", flat=True)[:A_BATCH])
        for number in batch:
            _carry_out(number, now)
            if time.monotonic() >= until:
                enqueue(DECIDED, EVERY_ONE)
                return
        if not batch:
            return


@transaction.atomic
def _carry_out(number: int, at: datetime) -> None:
    """Do what was decided about one offer, unless it has moved on by itself."""
    blind = bytes(Pledge.objects.values_list("blind_email", flat=True).get(held=number) or b"")
    lock_address(blind)
    held = HeldOffer.objects.select_for_update(of=("self",)).select_related("pledge").get(pk=number)
    pledge = locked(held.pledge)
    if held.done_at is not None:
        return
    if pledge.status == PledgeStatus.SUBMITTED:
        if held.decision == Decision.DISCARD:
            _discard(pledge, held, at)
        elif not may_ask(blind, at):
            held.not_before = at + A_DAY
            held.save(update_fields=["not_before"])
            return
        else:
            ask(CONFIRM_MAIL, pledge, blind, at)
            audit.record(held.decided_by, "pledge.kept", pledge.pk, at=at)
    held.done_at = at
    held.save(update_fields=["done_at"])


def _discard(pledge: Pledge, held: HeldOffer, at: datetime) -> None:
    """End an offer that is none: its links end, its address is forgotten, what is sealed goes with retention."""
    link = pledge.link_version + 1
    moved(pledge, to=PledgeStatus.REJECTED, by=held.decided_by, at=at, why=held.why, link_version=link)
    addresses.forget(pledge.pk)
    audit.record(held.decided_by, "pledge.discarded", pledge.pk, reason=held.why, at=at)
