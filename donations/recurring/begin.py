"""Beginning a recurring gift: it and its first donation are written before anybody calls Stripe."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from donations.funds.models import Fund
from donations.giving.begin import PAGE, begin
from donations.giving.models import Donation
from donations.recurring.contacts import keep_contact
from donations.recurring.models import RecurringAmount, RecurringGift, RecurringMove, RecurringShare
from donations.recurring.states import GiftInterval, RecurringStatus
from kernel import audit
from kernel.accounts.models import Organisation
from kernel.ids import new_id
from kernel.money import Money
from kernel.states import Refusal


@transaction.atomic
def begin_recurring(
    *,
    interval: str,
    split: Sequence[tuple[Fund, int]],
    amount: Money,
    return_url: str,
    at: datetime,
    by: str = PAGE,
    organisation: Organisation | None = None,
    cover_fee: bool = False,
    anonymous: bool = True,
    language: str = "en",
    email: str = "",
) -> Donation:
    """Write a pending recurring gift of `amount` a `month` or a `year`, and return the donation that begins it.

    `open_checkout` opens the page for it, as for any donation. `email` (at most 254 characters) is where the donor is
    written to when something is wrong; "" where a client of a partner knows its donors itself. For the rest see
    giving.begin. Raises Refusal `unknown_interval` and those of giving.begin.
    """
    if interval not in GiftInterval.values:
        raise Refusal("unknown_interval", "A gift comes again every month or every year.", "interval")
    gift_id = new_id("rd")
    donation = begin(
        split=split,
        amount=amount,
        return_url=return_url,
        at=at,
        by=by,
        organisation=organisation,
        cover_fee=cover_fee,
        anonymous=anonymous,
        language=language,
    )
    amounts = {
        "amount_minor": donation.amount_minor,
        "fee_cover_minor": donation.fee_cover_minor,
        "total_minor": donation.total_minor,
    }
    gift = RecurringGift.objects.create(
        pk=gift_id,
        organisation=organisation,
        started_by=by,
        interval=interval,
        currency=donation.currency,
        anonymous=anonymous,
        cover_fee=cover_fee,
        language=language,
        livemode=donation.livemode,
        created_at=at,
        updated_at=at,
        **amounts,
    )
    RecurringShare.objects.bulk_create(RecurringShare(recurring=gift, fund=fund, share=share) for fund, share in split)
    RecurringAmount.objects.create(recurring=gift, by=by, at=at, **amounts)
    RecurringMove.objects.create(recurring=gift, new=RecurringStatus.PENDING, by=by, at=at)
    Donation.objects.filter(pk=donation.pk).update(recurring=gift)
    donation.recurring = gift
    if email:
        keep_contact(gift=gift, email=email, at=at)
    if by != PAGE:
        audit.record(by, "recurring.begin", gift.pk, at=at)
    return donation
