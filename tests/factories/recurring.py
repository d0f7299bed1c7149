"""Recurring gifts, and what Stripe would say of them."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from donations.gateway import CheckoutFacts, InvoiceFacts, SubscriptionFacts
from donations.models import Donation, RecurringGift
from donations.recurring.begin import begin_recurring
from donations.recurring.following import apply_page, apply_subscription, first_of
from kernel.money import Money
from tests.factories.donations import entry, make_fund, paid

BEGAN = datetime(2026, 5, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


def begin_one(*, amount: Money | None = None, **words: object) -> Donation:
    """Return the pending donation that begins a gift of 25 euros a month to a fund of its own, or as asked."""
    values = {
        "interval": "month",
        "split": [(make_fund(), 1)],
        "amount": amount or Money(2500, "EUR"),
        "return_url": "http://testserver/thanks/",
        "at": timezone.now(),
        **words,
    }
    return begin_recurring(**values)


def page_of(first: Donation, **facts: object) -> CheckoutFacts:
    """Return what Stripe says of the page on which a gift began, unless `facts` say otherwise."""
    invoice = invoiced(first.recurring, 0)
    values = {
        "subscription": f"sub_{first.recurring_id}",
        "customer": f"cus_{first.recurring_id}",
        "invoice": invoice.id,
        "payment_intent": invoice.payment_intent,
        "charge": invoice.charge,
        "entries": invoice.entries,
        **facts,
    }
    return paid(first, **values)


def subscribed(gift: RecurringGift, **facts: object) -> SubscriptionFacts:
    """Return what Stripe says of a gift that goes on, unless `facts` say otherwise."""
    values = {
        "id": f"sub_{gift.pk}",
        "status": "active",
        "reference": first_of(gift).pk,
        "livemode": False,
        "customer": f"cus_{gift.pk}",
        "amount": gift.total,
        "every": gift.interval,
        "created": BEGAN,
        "period_start": BEGAN,
        "period_end": BEGAN + MONTH,
        "latest_invoice": f"in_{gift.pk}_0",
        "paused": False,
        "resumes_at": None,
        "ends_at": None,
        "ended_at": None,
        "why_ended": "",
        "card_expires_on": date(2030, 1, 31),
    }
    return SubscriptionFacts(**{**values, **facts})


def ended(gift: RecurringGift, why: str = "cancellation_requested", **facts: object) -> SubscriptionFacts:
    """Return what Stripe says of a gift that has ended."""
    return subscribed(gift, status="canceled", ended_at=BEGAN + 2 * MONTH, why_ended=why, **facts)


def invoiced(gift: RecurringGift, number: int, *, amount: Money | None = None, **facts: object) -> InvoiceFacts:
    """Return what Stripe says of the instalment of that number (0 is the first) once it is paid, unless told else."""
    total = amount or gift.total
    ref = f"{gift.pk}_{number}"
    values = {
        "id": f"in_{ref}",
        "status": "paid",
        "amount": total,
        "paid": total,
        "livemode": False,
        "subscription": f"sub_{gift.pk}",
        "reference": first_of(gift).pk,
        "customer": f"cus_{gift.pk}",
        "reason": "subscription_cycle" if number else "subscription_create",
        "created": BEGAN + number * MONTH,
        "paid_at": BEGAN + number * MONTH,
        "period_start": BEGAN + number * MONTH,
        "period_end": BEGAN + (number + 1) * MONTH,
        "attempts": 1,
        "next_attempt": None,
        "url": f"https://stripe.test/invoice/{ref}",
        "payment_intent": f"pi_{ref}",
        "charge": f"ch_{ref}",
        "entries": (entry(total, 63, ref=f"txn_{ref}", at=BEGAN + number * MONTH),),
        "failure": "",
        "needs_action": False,
    }
    return InvoiceFacts(**{**values, **facts})


def refused(gift: RecurringGift, number: int, *, attempts: int = 1, **facts: object) -> InvoiceFacts:
    """Return what Stripe says of an instalment whose card was declined."""
    values = {
        "status": "open",
        "paid": Money(0, gift.currency),
        "paid_at": None,
        "entries": (),
        "failure": "card_declined",
        "attempts": attempts,
        "next_attempt": BEGAN + number * MONTH + timedelta(days=3),
    }
    return invoiced(gift, number, **{**values, **facts})


def make_recurring(**words: object) -> RecurringGift:
    """Return a recurring gift that goes on, its first instalment booked."""
    first = begin_one(**words)
    at = timezone.now()
    apply_page(first, facts=page_of(first), at=at)
    gift = RecurringGift.objects.get(pk=first.recurring_id)
    return apply_subscription(subscribed(gift), asked_at=at, at=at)
