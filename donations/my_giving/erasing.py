"""Being forgotten, without asking anybody: everything that an address led to, in one transaction."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from donations.giving.models import Donation
from donations.my_giving.models import GivingLink, VisitEnd
from donations.my_giving.visiting import OVER, Visit, visit_behind
from donations.receipts.forgetting import erase_giver
from donations.receipts.models import ReceiptWish
from kernel import audit
from kernel.retention.running import clean_soon


@transaction.atomic
def erase_me(*, visit: Visit, at: datetime) -> "Counter[str]":
    """Forget the donor in each of their gifts, and every link to them. Returns counts of what went.

    The accounts stay, without a name. Raises Refusal `link_over` if another press of the button was first.
    """
    blind = bytes(visit.link.blind_email)
    # gifts before wishes, as everybody locks them; under the wishes' lock links are made, so that none is left over
    list(Donation.objects.select_for_update(of=("self",)).filter(receipt_wish__blind_email=blind).order_by("pk"))
    list(ReceiptWish.objects.select_for_update().filter(blind_email=blind).order_by("pk"))
    held = visit_behind(visit.word, at=at)
    gone: Counter[str] = Counter()
    for gift in Donation.objects.filter(pk__in=[wish.donation_id for wish in held.wishes()]).order_by("pk"):
        gone.update(erase_giver(donation=gift, by="page", at=at, why="asked"))
    ended = GivingLink.objects.filter(pk=held.link.pk, ended="")
    if not ended.update(ended=VisitEnd.ERASED, blind_email=b"", mailbox=b""):
        raise OVER
    GivingLink.objects.filter(blind_email=blind).delete()
    audit.record("page", "my_giving.erased", held.link.pk, at=at)
    clean_soon()
    return gone
