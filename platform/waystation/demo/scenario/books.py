"""What a finance officer finds: gifts past Stripe, a refund, disputes, payouts, and Stripe's own list of it all."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Sum

from donations.disputes.deeds import apply_dispute
from donations.funds.models import Fund
from donations.gateway import BalanceEntry, DisputeFacts, PayoutFacts, RefundFacts
from donations.giving.models import Donation
from donations.giving.states import DonationStatus
from donations.ledger.models import Purpose
from donations.ledger.queries import posted
from donations.offline.deeds import record_gift
from donations.payouts.deeds import apply_payout
from donations.payouts.listing import keep_entries
from donations.payouts.models import Payout, StripeEntry
from donations.refunds.deeds import apply_refund
from kernel.accounts.members import Role
from kernel.money import Money
from waystation.demo.scenario.people import Team

DISPUTE_FEE = 2000
PAYOUT_EVERY = timedelta(days=30)
PAYOUTS = 8


def tell_books(operator: Team, *, at: datetime, say: Callable[[str], None]) -> None:
    """Record, dispute, send back and pay out; then let Stripe list all of it."""
    by = operator.actor(Role.FINANCE)
    fund = Fund.objects.order_by("position").first()
    if fund is None:
        return
    past = ((Money(850_00, "GBP"), "bank", 40), (Money(400_00, "CHF"), "cash", 12), (Money(2_500_00, "EUR"), "bank", 2))
    for amount, way, days in past:
        day = at - timedelta(days=days)
        record_gift(fund=fund, way=way, amount=amount, received_on=day.date(), by=by, at=day)
    gifts = list(Donation.objects.filter(status=DonationStatus.PAID, currency="EUR").order_by("-paid_at")[:3])
    _send_back(gifts[0], at=at - timedelta(days=1))
    _dispute(gifts[1], "open", at=at - timedelta(days=3))
    _dispute(gifts[2], "lost", at=at - timedelta(days=2))
    first = at - PAYOUTS * PAYOUT_EVERY
    for number in range(PAYOUTS):
        _pay_out(number, until=first + number * PAYOUT_EVERY, now=at)
    listed = keep_entries(_of_ledger(at), at=at)
    say(f"  {len(past)} gifts past Stripe, {Payout.objects.count()} payouts, {listed} entries in Stripe's own list")


def _entry(ref: str, kind: str, category: str, gross: Money, fee: int, source: str, at: datetime) -> BalanceEntry:
    less = Money(fee, gross.currency)
    return BalanceEntry(ref, kind, gross, less, gross - less, at, at, None, category, source)


def _send_back(gift: Donation, *, at: datetime) -> None:
    apply_refund(
        RefundFacts(
            id="re_demo",
            status="succeeded",
            amount=gift.total,
            charge="",
            payment_intent=gift.payment_intent or "",
            created=at,
            reference="",
            entry=_entry("txn_demo_refund", "refund", "refund", -gift.total, 0, "re_demo", at),
            failure_entry=None,
            reason="",
            failure_reason="",
        ),
        at=at,
    )


def _dispute(gift: Donation, end: str, *, at: datetime) -> None:
    name = f"dp_demo_{end}"
    apply_dispute(
        DisputeFacts(
            id=name,
            status="lost" if end == "lost" else "needs_response",
            amount=gift.total,
            livemode=gift.livemode,
            charge="",
            payment_intent=gift.payment_intent or "",
            reason="fraudulent",
            created=at,
            evidence_due=at + timedelta(days=14),
            has_evidence=False,
            past_due=False,
            submissions=0,
            refundable=False,
            entries=(_entry(f"txn_{name}", "adjustment", "dispute", -gift.total, DISPUTE_FEE, name, at),),
        ),
        at=at,
    )


def _pay_out(number: int, *, until: datetime, now: datetime) -> None:
    """Send all euros that were there at a moment to the bank, and say what is in it."""
    gone = set(StripeEntry.objects.exclude(payout=None).values_list("pk", flat=True))
    inside = [one for one in _of_ledger(until) if one.net.currency == "EUR" and one.id not in gone]
    amount = Money(sum(one.net.minor for one in inside), "EUR")
    if amount.minor <= 0:
        return
    name = f"po_demo_{number}"
    left = _entry(f"txn_{name}", "payout", "payout", -amount, 0, name, until)
    payout = apply_payout(
        PayoutFacts(
            id=name,
            status="paid",
            amount=amount,
            livemode=False,
            created=until,
            arrives_on=(until + timedelta(days=2)).date(),
            automatic=True,
            reconciled=True,
            entry=left,
            failure_entry=None,
            failure="",
        ),
        at=until,
    )
    keep_entries([*inside, left], at=now, payout=payout)
    Payout.objects.filter(pk=payout.pk).update(listed_at=now)


def _of_ledger(until: datetime) -> list[BalanceEntry]:
    """Return what Stripe would list: it did to its balance what the ledger heard of."""
    rows = (
        posted()
        .filter(account__purpose=Purpose.STRIPE, transaction__occurred_at__lt=until)
        .values("transaction__external_ref", "transaction__kind", "transaction__occurred_at", "currency")
        .annotate(total=Sum("minor"))
        .order_by("transaction__occurred_at")
    )
    return [
        _entry(
            row["transaction__external_ref"],
            row["transaction__kind"],
            row["transaction__kind"],
            Money(row["total"], row["currency"]),
            0,
            "",
            row["transaction__occurred_at"],
        )
        for row in rows
    ]
