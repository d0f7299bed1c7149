"""What may be done with a recurring gift. Each counts at once here, and is asked of Stripe soon after (see carrying).

Doing again what is done changes nothing. `by` is an opaque actor: `client:…`, `user:…`, or `page` for the donor.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.giving import amounts
from donations.recurring.models import RecurringAmount, RecurringGift
from donations.recurring.states import LIVING, RecurringStatus, Wish
from donations.recurring.wishing import wish
from kernel import audit, states
from kernel.money import Money
from kernel.states import Refusal


@transaction.atomic
def pause(*, gift: RecurringGift, by: str, at: datetime) -> RecurringGift:
    """Collect nothing until it goes on; what would fall due meanwhile is void. Raises Refusal `illegal_transition`."""
    held = _locked(gift)
    if held.status == RecurringStatus.PAUSED:
        return held
    if held.status != RecurringStatus.ACTIVE:
        raise _illegal(held)
    states.move(held, to=RecurringStatus.PAUSED, by=by, at=at, why="asked")
    wish(held, Wish.PAUSE, by=by, at=at)
    audit.record(by, "recurring.pause", held.pk, at=at)
    return held


@transaction.atomic
def resume(*, gift: RecurringGift, by: str, at: datetime) -> RecurringGift:
    """Collect again, from the next instalment on. Raises Refusal `illegal_transition`."""
    held = _locked(gift)
    if held.status == RecurringStatus.ACTIVE:
        return held
    if held.status != RecurringStatus.PAUSED:
        raise _illegal(held)
    states.move(held, to=RecurringStatus.ACTIVE, by=by, at=at, why="asked")
    wish(held, Wish.RESUME, by=by, at=at)
    audit.record(by, "recurring.resume", held.pk, at=at)
    return held


@transaction.atomic
def cancel(*, gift: RecurringGift, by: str, at: datetime) -> RecurringGift:
    """End it for good, now; one that has not begun loses its page. What was paid stays paid."""
    held = _locked(gift)
    if held.status == RecurringStatus.CANCELED:
        return held
    states.move(held, to=RecurringStatus.CANCELED, by=by, at=at, why="asked")
    wish(held, Wish.CANCEL, by=by, at=at)
    audit.record(by, "recurring.cancel", held.pk, at=at)
    return held


@transaction.atomic
def change_amount(*, gift: RecurringGift, amount: Money, by: str, at: datetime) -> RecurringGift:
    """Let each instalment be `amount` from the next one on; nothing is charged or given back now.

    Who covers the fee goes on doing so. Raises Refusal `amount_…`, `currency_kept`, `illegal_transition`.
    """
    held = _locked(gift)
    if held.status not in LIVING:
        raise _illegal(held)
    if amount.currency != held.currency:
        raise Refusal(
            "currency_kept",
            _("This gift is in %(currency)s: name the new amount in that currency.") % {"currency": held.currency},
            "amount",
        )
    amounts.check(amount)
    if amount == held.amount:
        return held
    cover = amounts.fee_cover(amount) if held.cover_fee else Money(0, amount.currency)
    values = {
        "amount_minor": amount.minor,
        "fee_cover_minor": cover.minor,
        "total_minor": (amount + cover).minor,
    }
    asked = RecurringAmount.objects.create(recurring=held, by=by, at=at, **values)
    RecurringGift.objects.filter(pk=held.pk).update(updated_at=at, **values)
    held.refresh_from_db()
    wish(held, Wish.AMOUNT, by=by, at=at, amount=asked)
    audit.record(by, "recurring.amount", held.pk, at=at)
    return held


def _locked(gift: RecurringGift) -> RecurringGift:
    return RecurringGift.objects.select_for_update().get(pk=gift.pk)


def _illegal(held: RecurringGift) -> Refusal:
    legal = list(held.moves.legal(held.status))
    sentence = _("This cannot be done with a recurring gift that stands at “%(state)s”.")
    return Refusal(
        "illegal_transition", sentence % {"state": held.get_status_display()}, state=held.status, legal=legal
    )
