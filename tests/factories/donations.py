"""Funds, donations and what Stripe would say of them."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from donations.gateway import BalanceEntry, CheckoutFacts, DisputeFacts, PayoutFacts, RefundFacts
from donations.giving.begin import begin
from donations.giving.settle import settle
from donations.models import Donation, Fund
from kernel.money import Money

_number = count(1)


def make_fund(**columns: object) -> Fund:
    """Return an open fund."""
    number = next(_number)
    at = timezone.now()
    values = {"slug": f"fund-{number}", "name": f"Fund {number}", "created_at": at, "updated_at": at}
    return Fund.objects.create(**{**values, **columns})


def make_donation(
    *, split: list[tuple[Fund, int]] | None = None, amount: Money | None = None, **words: object
) -> Donation:
    """Return a pending donation of 25 euros to a fund of its own, or as asked."""
    values = {"return_url": "http://testserver/thanks/", "at": timezone.now(), **words}
    asked = Money(2500, "EUR") if amount is None else amount
    return begin(split=split or [(make_fund(), 1)], amount=asked, **values)


def entry(
    gross: Money,
    fee: int = 0,
    *,
    kind: str = "charge",
    ref: str = "",
    rate: str | None = None,
    at: datetime | None = None,
    category: str = "charge",
    source: str = "",
) -> BalanceEntry:
    """Return a balance transaction of `gross` in the settlement currency, less `fee` minor units."""
    at = at or timezone.now()
    return BalanceEntry(
        id=ref or f"txn_{next(_number)}",
        kind=kind,
        gross=gross,
        fee=Money(fee, gross.currency),
        net=gross - Money(fee, gross.currency),
        created=at,
        available_on=at + timedelta(days=2),
        exchange_rate=None if rate is None else Decimal(rate),
        category=category,
        source=source,
    )


def paid(donation: Donation, *, fee: int = 63, **facts: object) -> CheckoutFacts:
    """Return what Stripe says of a donation that was paid as asked, unless `facts` say otherwise."""
    values = {
        "id": donation.checkout_session or f"cs_{donation.pk}",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": donation.total,
        "livemode": False,
        "client_reference_id": donation.pk,
        "payment_intent": f"pi_{donation.pk}",
        "charge": f"ch_{donation.pk}",
        "entries": (entry(donation.total, fee, ref=f"txn_{donation.pk}"),),
        "failure": "",
        "expires_at": timezone.now() + timedelta(hours=24),
    }
    return CheckoutFacts(**{**values, **facts})


def make_paid(*, fee: int = 63, **words: object) -> Donation:
    """Return a donation that is paid and booked."""
    donation = make_donation(**words)
    return settle(donation, facts=paid(donation, fee=fee), at=timezone.now())


def refunded(donation: Donation, amount: Money, *, ref: str = "", **facts: object) -> RefundFacts:
    """Return what Stripe says of a refund made in its dashboard, unless `facts` say otherwise."""
    ref = ref or f"re_{next(_number)}"
    values = {
        "id": ref,
        "status": "succeeded",
        "amount": amount,
        "charge": f"ch_{donation.pk}",
        "payment_intent": donation.payment_intent,
        "created": timezone.now(),
        "reference": "",
        "entry": entry(-amount, kind="refund", ref=f"txn_{ref}"),
        "failure_entry": None,
        "reason": "",
        "failure_reason": "",
    }
    return RefundFacts(**{**values, **facts})


def disputed(donation: Donation, *, ref: str = "", amount: Money | None = None, **facts: object) -> DisputeFacts:
    """Return what Stripe says of a dispute of the whole donation that was just opened, unless `facts` say otherwise."""
    ref, about = ref or f"dp_{next(_number)}", amount or donation.total
    at = timezone.now()
    values = {
        "id": ref,
        "status": "needs_response",
        "reason": "fraudulent",
        "amount": about,
        "charge": f"ch_{donation.pk}",
        "payment_intent": donation.payment_intent,
        "created": at,
        "entries": (entry(-about, 2000, kind="adjustment", ref=f"txn_{ref}", category="dispute"),),
        "livemode": False,
        "evidence_due": at + timedelta(days=9),
        "has_evidence": False,
        "past_due": False,
        "refundable": True,
        "submissions": 0,
    }
    return DisputeFacts(**{**values, **facts})


def payout(amount: Money, *, ref: str = "", **facts: object) -> PayoutFacts:
    """Return what Stripe says of a payout that is on its way, unless `facts` say otherwise."""
    ref = ref or f"po_{next(_number)}"
    at = timezone.now()
    values = {
        "id": ref,
        "status": "in_transit",
        "amount": amount,
        "created": at,
        "livemode": False,
        "arrives_on": (at + timedelta(days=2)).date(),
        "reconciled": False,
        "automatic": True,
        "entry": entry(-amount, kind="payout", ref=f"txn_{ref}", category="payout", source=ref),
        "failure_entry": None,
        "failure": "",
    }
    return PayoutFacts(**{**values, **facts})
