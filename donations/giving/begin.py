"""Beginning: the row is written before anybody calls Stripe."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from donations.funds.models import Fund
from donations.giving import amounts
from donations.giving.models import Allocation, Donation, DonationMove
from donations.giving.states import DonationStatus
from kernel import audit
from kernel.accounts.models import Organisation
from kernel.ids import new_id
from kernel.money import Money
from kernel.states import Refusal

PAGE = "page"
MOST_FUNDS = 10
_LIVE_KEYS = ("sk_live_", "rk_live_")


@transaction.atomic
def begin(
    *,
    split: Sequence[tuple[Fund, int]],
    amount: Money,
    return_url: str,
    at: datetime,
    by: str = PAGE,
    organisation: Organisation | None = None,
    cover_fee: bool = False,
    anonymous: bool = True,
    language: str = "en",
    key: str = "",
) -> Donation:
    """Write a pending donation of `amount`, divided over `split` by whole-number shares; Stripe is not asked yet.

    `by` is the client that started it (`client:…`) with its `organisation`, or the page. `return_url` must come from an
    allow-list: it is not checked here. `key` is what Stripe knows a repetition by, and no other donation has: without
    it one is drawn. Raises Refusal: `amount_…`, `currency_not_taken`, `fund_closed`, `split_invalid`.
    """
    amounts.check(amount)
    check_split(split)
    cover = amounts.fee_cover(amount) if cover_fee else Money(0, amount.currency)
    donation = write(
        split=split,
        amount=amount,
        cover=cover,
        return_url=return_url,
        at=at,
        by=by,
        organisation=organisation,
        cover_fee=cover_fee,
        anonymous=anonymous,
        language=language,
        key=key,
    )
    if by != PAGE:
        audit.record(by, "donation.begin", donation.pk, at=at)
    return donation


def write(
    *,
    split: Sequence[tuple[Fund, int]],
    amount: Money,
    cover: Money,
    at: datetime,
    by: str,
    organisation: Organisation | None,
    cover_fee: bool,
    anonymous: bool,
    language: str,
    return_url: str = "",
    key: str = "",
    **columns: object,
) -> Donation:
    """Write a pending donation and its parts as they are; nothing is checked: an instalment comes whatever has changed.

    Call it in a transaction. `columns` are further values of the row.
    """
    total = amount + cover
    donation = Donation.objects.create(
        organisation=organisation,
        started_by=by,
        amount_minor=amount.minor,
        fee_cover_minor=cover.minor,
        total_minor=total.minor,
        currency=amount.currency,
        anonymous=anonymous,
        cover_fee=cover_fee,
        language=language,
        livemode=live(),
        return_url=return_url,
        idempotency_key=key or new_id("ik"),
        created_at=at,
        updated_at=at,
        **columns,
    )
    parts = total.allocate([share for _fund, share in split])
    Allocation.objects.bulk_create(
        Allocation(donation=donation, fund=fund, share=share, minor=part.minor)
        for (fund, share), part in zip(split, parts, strict=True)
    )
    DonationMove.objects.create(donation=donation, new=DonationStatus.PENDING, by=by, at=at)
    return donation


def rewrite(donation: Donation, *, amount: Money, cover: Money, at: datetime) -> Donation:
    """Give a pending donation, of which nothing is booked, other figures. Call it under the donation's lock."""
    total = amount + cover
    figures = {"amount_minor": amount.minor, "fee_cover_minor": cover.minor, "total_minor": total.minor}
    Donation.objects.filter(pk=donation.pk, status=DonationStatus.PENDING).update(updated_at=at, **figures)
    rows = list(donation.allocations.order_by("pk"))
    for row, part in zip(rows, total.allocate([one.share for one in rows]), strict=True):
        Allocation.objects.filter(pk=row.pk).update(minor=part.minor)
    donation.refresh_from_db()
    return donation


def live() -> bool:
    """Whether the configured key moves real money."""
    return str(settings.STRIPE_API_KEY).startswith(_LIVE_KEYS)


def check_split(split: Sequence[tuple[Fund, int]]) -> None:
    """Raise Refusal `split_invalid` or `fund_closed` for what nothing can be given to."""
    if not 1 <= len(split) <= MOST_FUNDS or len({fund.pk for fund, _share in split}) < len(split):
        raise Refusal("split_invalid", f"Name between one and {MOST_FUNDS} funds, each once.", "split")
    if any(type(share) is not int or not 1 <= share <= 1_000_000 for _fund, share in split):
        raise Refusal("split_invalid", "A share is a whole number from 1 to 1,000,000.", "split")
    closed = [fund for fund, _share in split if not fund.is_open]
    if closed:
        raise Refusal(
            "fund_closed", _("The fund %(name)s takes no gifts at the moment.") % {"name": closed[0].name}, "fund"
        )
