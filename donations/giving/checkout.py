"""Opening the page where a donation is paid. Stripe is called between two transactions, never inside one."""

from datetime import datetime, timedelta
from typing import TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override

from donations.gateway import CheckoutOpened, GatewayError, Interval, PaymentGateway, gateway
from donations.giving.breaker.stopping import check_giving_goes_on
from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from kernel.states import Refusal

LEASE = timedelta(seconds=60)
# Stripe forgets idempotency keys after 24 hours: the same request would then open a second page
KEY_KEPT = timedelta(hours=23)


class _Page(TypedDict):
    """What a payment page is opened with, whether its gift comes once or again."""

    reference: str
    product: str
    success_url: str
    cancel_url: str
    idempotency_key: str
    locale: str


def open_checkout(donation: Donation, *, at: datetime, via: PaymentGateway | None = None) -> Donation:
    """Return the donation with its `checkout_url`, opening the page if there is none. Call it outside a transaction.

    Safe to repeat after a crash: the same idempotency key leads to the same page, and one caller at a time holds the
    lease of 60 s. Raises Refusal `checkout_in_progress` (fact `retry_after`, seconds), `payment_unavailable` (fact
    `retry`: whether the same again can help), `giving_stopped`, `illegal_transition` for one that is no longer pending.
    """
    if not donation.checkout_session and at - donation.created_at > KEY_KEPT:
        raise _over(donation)
    if not donation.checkout_session:
        check_giving_goes_on()
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    mine = Donation.objects.filter(free, pk=donation.pk, status=DonationStatus.PENDING, checkout_session=None)
    if not mine.update(lease_until=at + LEASE):
        return _already(donation, at)
    try:
        opened = _open(donation, via or gateway())
    except GatewayError as error:
        Donation.objects.filter(pk=donation.pk, lease_until=at + LEASE).update(lease_until=None)
        raise Refusal(
            "payment_unavailable",
            "The payment page cannot be opened at the moment. Nothing was charged. Please try again in a few minutes.",
            retry=error.retry,
            reason=type(error).__name__,
        ) from error
    with transaction.atomic():
        Donation.objects.filter(pk=donation.pk, checkout_session=None).update(
            checkout_session=opened.id,
            checkout_url=opened.url,
            checkout_expires_at=opened.expires_at,
            lease_until=None,
            updated_at=timezone.now(),
        )
    donation.refresh_from_db()
    return donation


def _open(donation: Donation, stripe: PaymentGateway) -> CheckoutOpened:
    words: _Page = {
        "reference": donation.pk,
        "product": product_name(donation.language),
        "success_url": return_address(donation, paid=True),
        "cancel_url": return_address(donation, paid=False),
        "idempotency_key": donation.idempotency_key,
        "locale": donation.language,
    }
    if donation.recurring:
        every: Interval = "year" if donation.recurring.interval == "year" else "month"
        return stripe.open_recurring_checkout(amount=donation.total, every=every, **words)
    return stripe.open_checkout(amount=donation.total, **words)


def _already(donation: Donation, at: datetime) -> Donation:
    donation.refresh_from_db()
    if donation.checkout_session:
        return donation
    if donation.status != DonationStatus.PENDING:
        raise _over(donation)
    wait = max(1, int((donation.lease_until - at).total_seconds())) if donation.lease_until else 1
    raise Refusal("checkout_in_progress", "The payment page is being opened. Try again in a moment.", retry_after=wait)


def _over(donation: Donation) -> Refusal:
    sentence = gettext("This donation cannot be paid any more. Start a new one.")
    return Refusal("illegal_transition", sentence, state=donation.status, legal=[])


def return_address(donation: Donation, *, paid: bool) -> str:
    """Return where the donor comes back to: the return address, our opaque reference, whether they left unpaid."""
    parts = urlsplit(donation.return_url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in {"donation", "left"}]
    query += [("donation", donation.pk)] + ([] if paid else [("left", "1")])
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def product_name(language: str) -> str:
    """Return what stands on the payment page: neutral words, since it may be seen over a donor's shoulder."""
    with override(language):
        return gettext("Donation")
