"""Recording what came past Stripe, agreeing to it, and taking back what was recorded by mistake."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from donations.funds.models import Fund
from donations.ledger.book import Line, book
from donations.ledger.limits import check_day, check_second, takes_two
from donations.ledger.models import Purpose, TransactionKind
from donations.offline.models import OfflineGift, OfflineMove, OfflineStatus, OfflineWay
from kernel import audit, outbox, states
from kernel.accounts.models import Organisation
from kernel.money import Money
from kernel.states import Refusal

# where the money lies, and which income it is
ACCOUNTS = {
    OfflineWay.BANK: (Purpose.BANK, Purpose.OFFLINE),
    OfflineWay.CASH: (Purpose.CASH, Purpose.OFFLINE),
    OfflineWay.PARTNER: (Purpose.BANK, Purpose.TRANSFERS),
}

REVERSED = "donations.offline_reversed"  # a receipt that was issued is corrected


@transaction.atomic
def record_gift(
    *,
    fund: Fund,
    way: str,
    amount: Money,
    received_on: date,
    by: str,
    at: datetime,
    partner: Organisation | None = None,
) -> OfflineGift:
    """Write a gift that came past Stripe and book it; above the limit it waits for a second person.

    `way` is a value of OfflineWay; a partner's transfer names the `partner`. Raises Refusal `unknown_way`,
    `partner_needed`, `amount_too_small`, `date_in_future`, `date_long_ago`.
    """
    if way not in OfflineWay.values:
        raise Refusal("unknown_way", _("Choose one of the ways."), "way")
    if (way == OfflineWay.PARTNER) != (partner is not None):
        raise Refusal("partner_needed", _("A partner's transfer names the partner, and nothing else does."), "partner")
    if amount.minor < 1:
        raise Refusal("amount_too_small", _("A gift is more than nothing."), "amount")
    if received_on > at.date():
        raise Refusal("date_in_future", _("This day is still to come: record it once it is here."), "received_on")
    check_day(received_on, at=at, field="received_on")
    waits = takes_two(amount)
    gift = OfflineGift.objects.create(
        fund=fund,
        way=way,
        partner=partner,
        amount_minor=amount.minor,
        currency=amount.currency,
        received_on=received_on,
        status=OfflineStatus.WAITING if waits else OfflineStatus.BOOKED,
        asked_by=by,
        created_at=at,
        updated_at=at,
    )
    OfflineMove.objects.create(gift=gift, new=gift.status, by=by, at=at)
    if not waits:
        _book(gift, at=at)
    audit.record(by, "offline_gift.record", gift.pk, at=at)
    return gift


@transaction.atomic
def agree_to_gift(gift: OfflineGift, *, by: str, at: datetime) -> OfflineGift:
    """Book a gift that waits. Raises Refusal `second_person_needed`, `illegal_transition`."""
    held = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    check_second(asked_by=held.asked_by, by=by)
    states.move(held, to=OfflineStatus.BOOKED, by=by, at=at, also={"agreed_by": by})
    _book(held, at=at)
    audit.record(by, "offline_gift.agree", held.pk, at=at)
    return held


@transaction.atomic
def drop_gift(gift: OfflineGift, *, by: str, at: datetime) -> OfflineGift:
    """Let go of a gift that waits; the one who asked may. Raises Refusal `illegal_transition`."""
    held = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    states.move(held, to=OfflineStatus.DROPPED, by=by, at=at)
    audit.record(by, "offline_gift.drop", held.pk, at=at)
    return held


@transaction.atomic
def reverse_gift(gift: OfflineGift, *, by: str, at: datetime) -> OfflineGift:
    """Take back what was booked by mistake: the ledger then holds the gift and its opposite.

    Another person than the one who recorded it does that. Raises Refusal `second_person_needed`, `illegal_transition`.
    """
    held = OfflineGift.objects.select_for_update().get(pk=gift.pk)
    check_second(asked_by=held.asked_by, by=by)
    states.move(held, to=OfflineStatus.REVERSED, by=by, at=at)
    _book(held, at=at, back=True)
    outbox.enqueue(REVERSED, held.pk)
    audit.record(by, "offline_gift.reverse", held.pk, at=at)
    return held


def _book(gift: OfflineGift, *, at: datetime, back: bool = False) -> None:
    place, income = ACCOUNTS[OfflineWay(gift.way)]
    amount = -gift.amount if back else gift.amount
    kind = TransactionKind.TRANSFER if gift.way == OfflineWay.PARTNER else TransactionKind.OFFLINE_GIFT
    book(
        kind=TransactionKind.CORRECTION if back else kind,
        external_ref=f"{gift.pk}:reversed" if back else gift.pk,
        subject=gift.pk,
        lines=[Line(place, amount), Line(income, -amount, gift.fund)],
        occurred_at=at if back else datetime.combine(gift.received_on, time(), UTC),
        at=at,
    )
