"""Being forgotten, without asking anybody: everything that an address led to, in one transaction."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from donations.giving.models import Donation
from donations.my_giving.models import GivingLink, VisitEnd
from donations.my_giving.traces import Trace, lock
from donations.my_giving.visiting import OVER, Visit, visit_behind
from donations.receipts.forgetting import erase_giver
from donations.recurring.forgetting import forget_donor
from donations.recurring.models import RecurringGift
from kernel import audit
from kernel.retention.running import clean_soon


@transaction.atomic
def erase_me(*, visit: Visit, at: datetime) -> "Counter[str]":
    """Forget the donor in each of their gifts, and every link to them; what comes again ends, here and at Stripe.

    The accounts stay, without a name. Returns counts of what went. Raises Refusal `link_over` if another press of the
    button was first.
    """
    blind = bytes(visit.link.blind_email)
    known = visit.traces
    # recurring gifts, then gifts, then what holds the address, as everybody locks them
    list(RecurringGift.objects.select_for_update().filter(pk__in=_standing(known)).order_by("pk"))
    list(Donation.objects.select_for_update(of=("self",)).filter(_gifts(known)).order_by("pk"))
    lock(blind)
    held = visit_behind(visit.word, at=at)
    known = held.traces
    gone: Counter[str] = Counter()
    for one in RecurringGift.objects.filter(pk__in=_standing(known)).order_by("pk"):
        gone.update(forget_donor(gift=one, by="page", at=at, why="asked"))
    for gift in Donation.objects.filter(_gifts(known)).order_by("pk"):
        gone.update(erase_giver(donation=gift, by="page", at=at, why="asked"))
    ended = GivingLink.objects.filter(pk=held.link.pk, ended="")
    if not ended.update(ended=VisitEnd.ERASED, blind_email=b"", mailbox=b""):
        raise OVER
    GivingLink.objects.filter(blind_email=blind).delete()
    audit.record("page", "my_giving.erased", held.link.pk, at=at)
    clean_soon()
    return gone


def _standing(known: list[Trace]) -> list[str]:
    return [one.recurring for one in known if one.recurring]


def _gifts(known: list[Trace]) -> Q:
    return Q(pk__in=[one.donation for one in known if one.donation]) | Q(recurring__in=_standing(known))
