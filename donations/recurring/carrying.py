"""Carrying out what was asked for recurring gifts: Stripe is called outside any transaction, one wish after another.

A wish is done once Stripe has done it. Killed anywhere, the next run asks again under the same key; asked twice, each
of them comes to the same.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from donations.gateway import GatewayError, NotFoundError, PaymentGateway, RequestRefusedError, gateway
from donations.recurring.following import apply_page, apply_subscription, first_of
from donations.recurring.models import RecurringGift, RecurringWish
from donations.recurring.states import RecurringStatus, Wish
from donations.recurring.wishing import open_wishes
from kernel.money import Money

LEASE = timedelta(seconds=60)


def carry_out(gift: RecurringGift, *, at: datetime, via: PaymentGateway | None = None) -> bool:
    """Ask Stripe for all that is open for a gift; return whether nothing is left. Call it outside a transaction.

    One caller at a time holds the lease of 60 s. Raises the GatewayError when trying again can help; what Stripe
    refuses is noted with the wish, and the gift then follows Stripe.
    """
    stripe = via or gateway()
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    if not RecurringGift.objects.filter(free, pk=gift.pk).update(lease_until=at + LEASE):
        return False
    try:
        for one in open_wishes(gift):
            _carry(one, stripe, at=at)
        _follow(gift, stripe)
    finally:
        RecurringGift.objects.filter(pk=gift.pk, lease_until=at + LEASE).update(lease_until=None)
    return not open_wishes(gift)


def _carry(one: RecurringWish, stripe: PaymentGateway, *, at: datetime) -> None:
    try:
        _ask(one, stripe)
        failure = ""
    except NotFoundError as error:  # it has ended, which is all that an end asks for
        failure = "" if one.kind in (Wish.CANCEL, Wish.FORGET) else error.code or "ended"
    except GatewayError as error:
        if error.retry:
            raise
        failure = error.code or "refused"
    RecurringWish.objects.filter(pk=one.pk, done_at=None).update(done_at=at, failure=failure[:40])


def _ask(one: RecurringWish, stripe: PaymentGateway) -> None:
    gift = RecurringGift.objects.get(pk=one.recurring_id)
    if gift.stripe_subscription is None:
        close_first_page(gift, stripe)  # which may have been paid a moment ago
        gift.refresh_from_db()
    subscription, key = gift.stripe_subscription, one.idempotency_key
    if one.kind == Wish.FORGET and gift.stripe_customer:  # of a page that was never paid, too
        stripe.forget_customer(gift.stripe_customer)
    if subscription is None or one.kind == Wish.FORGET:
        return
    asks: dict[str, Callable[[], object]] = {
        Wish.PAUSE: lambda: stripe.pause(subscription, idempotency_key=key),
        Wish.RESUME: lambda: stripe.resume(subscription, idempotency_key=key),
        Wish.CANCEL: lambda: stripe.cancel(subscription, idempotency_key=key),
    }
    if one.amount:
        total = Money(one.amount.total_minor, gift.currency)
        stripe.change_amount(subscription, amount=total, idempotency_key=key)
    else:
        asks[one.kind]()


def close_first_page(gift: RecurringGift, stripe: PaymentGateway) -> None:
    """Close the page a gift would begin on, and apply what it then is: paid in the meantime, too."""
    first = first_of(gift)
    if first is None or not first.checkout_session:
        return
    try:
        facts = stripe.expire_checkout(first.checkout_session)
    except RequestRefusedError:  # it was paid, or had run out, a moment ago
        facts = stripe.checkout(first.checkout_session)
    apply_page(first, facts=facts, at=timezone.now())


def _follow(gift: RecurringGift, stripe: PaymentGateway) -> None:
    """Ask how the gift stands now: what Stripe answered to a repeated wish may be an old answer."""
    gift.refresh_from_db()
    if not gift.stripe_subscription:
        return
    asked_at = timezone.now()
    try:
        facts = stripe.subscription(gift.stripe_subscription)
    except NotFoundError:
        if gift.status == RecurringStatus.CANCELED:  # and nobody there knows it any more: it is over
            return
        raise
    apply_subscription(facts, asked_at=asked_at, at=asked_at)
