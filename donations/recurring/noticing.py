"""What the donor of a recurring gift is to be told: noted where it is found out, once, and mailed soon after."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from donations.gateway import InvoiceFacts
from donations.recurring.models import RecurringGift, RecurringNotice
from donations.recurring.states import NoticeKind
from kernel import outbox

NOTICE = "donations.recurring_notice"
AMOUNT_TAKEN = "donations.recurring_amount_taken"  # what is collected is another amount, and the donor did not say so
LAST_TRIES = 3  # Stripe tries a few times more by itself: from this one on it may be the last
AHEAD = timedelta(days=31)


@transaction.atomic
def note(gift: RecurringGift, kind: NoticeKind, *, about: str, at: datetime) -> bool:
    """Note that the donor is to be told, and promise the mail; return whether it is new. `about`: the id of an invoice,
    a card's last day, or "".
    """
    notice, new = RecurringNotice.objects.get_or_create(recurring=gift, kind=kind, about=about, defaults={"at": at})
    if new:
        outbox.enqueue(NOTICE, str(notice.pk))
    return new


def note_refused(gift: RecurringGift, facts: InvoiceFacts, *, at: datetime) -> None:
    """Note what an instalment that is not paid asks of the donor, if anything."""
    if facts.status != "open":
        return
    if facts.needs_action:
        note(gift, NoticeKind.CONFIRM, about=facts.id, at=at)
    elif facts.failure:
        again = facts.attempts >= LAST_TRIES
        note(gift, NoticeKind.STILL_FAILING if again else NoticeKind.FAILED, about=facts.id, at=at)


def look_at_cards(*, at: datetime) -> int:
    """Note the cards that expire within a month; return how many are new."""
    soon = RecurringGift.objects.living().filter(
        card_expires_on__gte=at.date(), card_expires_on__lte=(at + AHEAD).date(), ends_at=None
    )
    return sum(note(one, NoticeKind.CARD_EXPIRES, about=str(one.card_expires_on), at=at) for one in soon)


def look_at_cards_now() -> None:
    """What the schedule calls."""
    look_at_cards(at=timezone.now())
