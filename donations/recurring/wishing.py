"""Writing down what is to be asked of Stripe. It is asked soon after, in order, outside any transaction."""

from datetime import datetime

from donations.recurring.models import RecurringAmount, RecurringGift, RecurringWish
from kernel import outbox
from kernel.ids import new_id

CARRY_OUT = "donations.recurring_wishes"


def wish(gift: RecurringGift, kind: str, *, by: str, at: datetime, amount: RecurringAmount | None = None) -> None:
    """Write a wish and promise to carry it out, in the caller's transaction."""
    RecurringWish.objects.create(
        recurring=gift, kind=kind, amount=amount, by=by, idempotency_key=new_id("ik"), asked_at=at
    )
    outbox.enqueue(CARRY_OUT, gift.pk)


def open_wishes(gift: RecurringGift) -> list[RecurringWish]:
    """Return what is still to be asked for a gift, oldest first."""
    return list(gift.wishes.filter(done_at=None).select_related("amount").order_by("pk"))
