"""What of a recurring gift is forgotten: when a donor asks for it, and when it never began."""

from datetime import datetime

from django.db import transaction

from donations.recurring.contacts import forget_contact
from donations.recurring.models import RecurringGift
from donations.recurring.states import RecurringStatus, Wish
from donations.recurring.wishing import wish
from kernel import audit, states

UNBEGUN = {"status": RecurringStatus.CANCELED, "stripe_subscription": None, "donations": None}


@transaction.atomic
def forget_donor(*, gift: RecurringGift, by: str, at: datetime, why: str) -> dict[str, int]:
    """End a recurring gift and forget its donor, here now and at Stripe soon after; instalments stay in the books.

    Done twice it changes nothing more. Returns counts of what went.
    """
    held = RecurringGift.objects.select_for_update().get(pk=gift.pk)
    gone = forget_contact(held.pk)
    RecurringGift.objects.filter(pk=held.pk).update(language="en", anonymous=True)
    ended = held.status != RecurringStatus.CANCELED
    if ended:
        states.move(held, to=RecurringStatus.CANCELED, by=by, at=at, why="erased")
    if not held.wishes.filter(kind=Wish.FORGET).exists():
        wish(held, Wish.FORGET, by=by, at=at)
        audit.record(by, "recurring.erased", held.pk, reason=why, at=at)
    return {"recurring_gifts": int(ended), "recurring_contacts": int(gone)}


@transaction.atomic
def drop_unbegun(key: str, at: datetime) -> bool:
    """Delete a recurring gift that never was one, once its donation is gone. Returns whether there was one."""
    unbegun = RecurringGift.objects.filter(pk=key, **UNBEGUN).exists()
    gift = RecurringGift.objects.select_for_update().filter(pk=key).first() if unbegun else None
    if gift is None or gift.wishes.filter(done_at=None).exists():
        return False
    gift.history.all().delete()
    gift.wishes.all().delete()
    gift.amounts.all().delete()
    gift.shares.all().delete()
    gift.delete()
    return True
