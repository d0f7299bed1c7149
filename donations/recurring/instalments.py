"""Instalments: each paid invoice is one donation, booked once, by the same booking as any gift."""

from datetime import datetime

from django.db import transaction

from donations.gateway import InvoiceFacts
from donations.giving import booking
from donations.giving.begin import rewrite, write
from donations.giving.models import Donation
from donations.giving.settle import SYSTEM, flag, receive_payment
from donations.giving.states import UNFINISHED, DonationStatus
from donations.recurring.following import begun, first_of, gift_by
from donations.recurring.models import RecurringAmount, RecurringGift
from donations.recurring.noticing import note_refused
from kernel.money import Money

FIRST = "subscription_create"  # Stripe's reason of the invoice a gift begins with


def apply_invoice(facts: InvoiceFacts, *, at: datetime) -> RecurringGift | None:
    """Apply what Stripe says of an invoice; return its recurring gift, None when it is not ours.

    One that is paid is booked if amount, currency, livemode, subscription and our reference agree with what was asked;
    otherwise its donation waits, flagged, for a finance officer. Applying it again changes nothing. Raises NotYetError
    when it is paid but not in Stripe's balance yet.
    """
    gift = gift_by(subscription=facts.subscription, reference=facts.reference)
    if gift is None:
        return None
    if facts.status == "paid" and facts.paid.minor:
        _receive(gift, facts, at=at)
    elif facts.reason != FIRST:  # the first is seen on its page
        note_refused(gift, facts, at=at)
    return gift


@transaction.atomic
def _receive(gift: RecurringGift, facts: InvoiceFacts, *, at: datetime) -> Donation:
    # the gift's lock first: two workers with one invoice must not both write a donation for it
    held = RecurringGift.objects.select_for_update().get(pk=gift.pk)
    asked = held.amounts.filter(total_minor=facts.paid.minor).last() or held.amounts.last()
    if asked is None:
        raise LookupError("A recurring gift without an amount cannot be.")
    donation = _donation_of(held, facts, asked, at=at)
    wrong = _disagreement(held, donation, facts)
    if wrong:
        return flag(donation, wrong, by=SYSTEM, at=at)
    begun(held, subscription=facts.subscription, customer=facts.customer, at=at)
    return receive_payment(donation, entries=facts.entries, payment_intent=facts.payment_intent, at=at)


def _donation_of(held: RecurringGift, facts: InvoiceFacts, asked: RecurringAmount, *, at: datetime) -> Donation:
    """Return the donation of an invoice under its lock: the first, one that is known, or a new one."""
    amount, cover = _figures(held, asked)
    known = Donation.objects.select_for_update().filter(stripe_invoice=facts.id).first()
    if known:
        taken_over = known.started_by == SYSTEM and known.mismatch and known.status == DonationStatus.PENDING
        if taken_over and asked.total_minor == facts.paid.minor != known.total_minor:
            return rewrite(known, amount=amount, cover=cover, at=at)
        return known
    first = first_of(held)
    if facts.reason == FIRST and first and first.stripe_invoice is None:
        begun = Donation.objects.select_for_update().get(pk=first.pk)
        Donation.objects.filter(pk=begun.pk).update(stripe_invoice=facts.id)
        begun.stripe_invoice = facts.id
        return begun
    return write(
        split=[(part.fund, part.share) for part in held.shares.select_related("fund")],
        amount=amount,
        cover=cover,
        at=at,
        by=SYSTEM,
        organisation=held.organisation,
        cover_fee=held.cover_fee,
        anonymous=held.anonymous,
        language=held.language,
        recurring_id=held.pk,
        stripe_invoice=facts.id,
        wants_receipt=held.donations.filter(wants_receipt=True).exists(),
    )


def _figures(held: RecurringGift, asked: RecurringAmount) -> tuple[Money, Money]:
    return Money(asked.amount_minor, held.currency), Money(asked.fee_cover_minor, held.currency)


def _disagreement(held: RecurringGift, donation: Donation, facts: InvoiceFacts) -> list[str]:
    """Return the codes of what does not agree with what was asked."""
    first = first_of(held)
    checks = {
        "reference": first is not None and facts.reference == first.pk,
        "subscription": held.stripe_subscription in (None, facts.subscription),
        "customer": held.stripe_customer in (None, facts.customer),
        "currency": facts.paid.currency == donation.currency,
        "amount": facts.paid.minor == donation.total_minor,
        "livemode": facts.livemode == held.livemode,
        "late_payment": donation.status in (DonationStatus.PAID, *UNFINISHED),
        "payment": bool(facts.payment_intent) and donation.payment_intent in (None, facts.payment_intent),
        "settled_amount": booking.settles(donation.total, facts.entries),
    }
    return [code for code, fine in checks.items() if not fine]
