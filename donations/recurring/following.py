"""Following Stripe: what it says of a recurring gift, applied under its lock. An older answer never undoes a newer."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from donations.gateway import CheckoutFacts, SubscriptionFacts
from donations.giving.models import Donation
from donations.giving.settle import SYSTEM, settle
from donations.giving.states import DonationStatus
from donations.recurring.models import RecurringGift
from donations.recurring.noticing import note
from donations.recurring.states import NoticeKind, RecurringStatus, Wish
from donations.recurring.wishing import wish
from kernel import audit, states

NEVER_PAID = (DonationStatus.EXPIRED, DonationStatus.FAILED, DonationStatus.CANCELED)
ENDS = ("canceled", "incomplete_expired")
GAVE_UP = "payment_failed"  # Stripe's reason for an end that nobody asked for


def gift_by(*, subscription: str, reference: str) -> RecurringGift | None:
    """Return the gift of a subscription of Stripe's; None for somebody else's.

    `reference` is the donation that began it, by which one is found that we have not heard of yet.
    """
    known = RecurringGift.objects.filter(stripe_subscription=subscription).first()
    return known or RecurringGift.objects.filter(donations=reference).first()


def first_of(gift: RecurringGift) -> Donation | None:
    """Return the donation a gift began with; None once it was let go of, unpaid."""
    # whoever began it is named there; what came by itself, system began
    return gift.donations.exclude(started_by=SYSTEM).first()


def apply_page(donation: Donation, *, facts: CheckoutFacts, at: datetime) -> Donation:
    """Settle a donation by its page and, where a recurring gift begins with it, begin or end that. See settle."""
    if donation.recurring_id and facts.subscription and facts.client_reference_id == donation.pk:
        _begun_on_page(donation.recurring_id, facts, at=at)
    held = settle(donation, facts=facts, at=at)
    if held.recurring_id and held.status in NEVER_PAID:
        its_own = facts.id == held.checkout_session and facts.client_reference_id == held.pk
        never_begun(held.recurring_id, customer=facts.customer if its_own else "", at=at)
    return held


@transaction.atomic
def _begun_on_page(gift_id: str, facts: CheckoutFacts, *, at: datetime) -> None:
    held = RecurringGift.objects.select_for_update().get(pk=gift_id)
    if facts.livemode != held.livemode or not _same(held, facts.subscription, facts.customer):
        _flag(held, ["subscription"], at=at)
    else:
        begun(held, subscription=facts.subscription, customer=facts.customer, at=at)


def begun(held: RecurringGift, *, subscription: str, customer: str, at: datetime) -> None:
    """Note under the gift's lock that it has begun at Stripe; one that was taken back meanwhile is ended there too."""
    _name(held, subscription, customer, at=at)
    if held.status == RecurringStatus.PENDING:
        states.move(held, to=RecurringStatus.ACTIVE, by=SYSTEM, at=at)
    elif held.status == RecurringStatus.CANCELED:
        end_at_stripe(held, by=SYSTEM, at=at)


@transaction.atomic
def never_begun(gift_id: str, *, at: datetime, customer: str = "") -> None:
    """End a gift whose first payment was never made, and have the customer of its page forgotten, if that is known."""
    held = RecurringGift.objects.select_for_update().get(pk=gift_id)
    if held.status == RecurringStatus.PENDING:
        states.move(held, to=RecurringStatus.CANCELED, by=SYSTEM, at=at, why="never_begun")
    if customer and not held.stripe_subscription:
        RecurringGift.objects.filter(pk=held.pk, stripe_customer=None).update(stripe_customer=customer)
        if not held.wishes.filter(kind=Wish.FORGET).exists():
            wish(held, Wish.FORGET, by=SYSTEM, at=at)


@transaction.atomic
def apply_subscription(facts: SubscriptionFacts, *, asked_at: datetime, at: datetime) -> RecurringGift | None:
    """Apply what Stripe says of a recurring gift; None when it is not ours.

    `asked_at` is the moment before Stripe was asked: an answer older than the one applied last changes nothing. What
    was asked here and not carried out yet goes before what Stripe says, but for an end. When the two disagree about
    what was begun, nothing moves, and `mismatch` names it for a finance officer.
    """
    gift = gift_by(subscription=facts.id, reference=facts.reference)
    if gift is None:
        return None
    held = RecurringGift.objects.select_for_update().get(pk=gift.pk)
    ended = bool(facts.ended_at) or facts.status in ENDS
    wrong = disagreement(held, facts)
    if wrong:
        return held if _over(held, ended=ended) else _flag(held, wrong, at=at)
    if held.facts_at and asked_at < held.facts_at:
        return held
    _name(held, facts.id, facts.customer, at=at)
    told = {
        "facts_at": asked_at,
        "next_at": None if ended else facts.period_end,
        "ends_at": None if ended else facts.ends_at,
        "card_expires_on": facts.card_expires_on,
        "mismatch": "",
    }
    RecurringGift.objects.filter(pk=held.pk).update(**told)
    if held.status == RecurringStatus.CANCELED:
        if not ended:
            end_at_stripe(held, by=SYSTEM, at=at)
    elif ended:
        states.move(held, to=RecurringStatus.CANCELED, by=SYSTEM, at=at, why=facts.why_ended[:40] or facts.status)
        if facts.why_ended == GAVE_UP:
            note(held, NoticeKind.ENDED, about="", at=at)
    elif not held.wishes.filter(done_at=None).exists():
        _walk(held, _says(facts), at=at)
    held.refresh_from_db()
    return held


def _says(facts: SubscriptionFacts) -> RecurringStatus | None:
    """Return the state these facts stand for; none before the first payment."""
    if facts.status in ("past_due", "unpaid"):
        return RecurringStatus.PAST_DUE
    if facts.status not in ("active", "trialing"):
        return None
    return RecurringStatus.PAUSED if facts.paused else RecurringStatus.ACTIVE


def _walk(held: RecurringGift, to: RecurringStatus | None, *, at: datetime) -> None:
    """Move to a state, by way of `active` where no move leads there: two things happened, and we hear of the second."""
    if to is None or held.status == to:
        return
    if to not in held.moves.legal(held.status):
        states.move(held, to=RecurringStatus.ACTIVE, by=SYSTEM, at=at)
    if held.status != to:
        states.move(held, to=to, by=SYSTEM, at=at)


def _over(held: RecurringGift, *, ended: bool) -> bool:
    """Whether it has ended here, and has at Stripe or is about to: then they agree in what matters."""
    ends = held.wishes.filter(done_at=None, kind__in=(Wish.CANCEL, Wish.FORGET))
    return held.status == RecurringStatus.CANCELED and (ended or ends.exists())


def disagreement(held: RecurringGift, facts: SubscriptionFacts) -> list[str]:
    """Return the codes of what does not agree with what was begun."""
    first = first_of(held)
    checks = {
        "reference": first is None or facts.reference == first.pk,
        "subscription": _same(held, facts.id, facts.customer),
        "currency": facts.amount.currency == held.currency,
        "amount": held.amounts.filter(total_minor=facts.amount.minor).exists(),
        "interval": facts.every == held.interval,
        "livemode": facts.livemode == held.livemode,
    }
    return [code for code, fine in checks.items() if not fine]


def _same(held: RecurringGift, subscription: str, customer: str) -> bool:
    return held.stripe_subscription in (None, subscription) and held.stripe_customer in (None, customer or None)


def _name(held: RecurringGift, subscription: str, customer: str, *, at: datetime) -> None:
    """Note by which ids Stripe knows it, once."""
    unnamed = RecurringGift.objects.filter(pk=held.pk).filter(Q(stripe_subscription=None) | Q(stripe_customer=None))
    if unnamed.update(stripe_subscription=subscription, stripe_customer=customer or None, updated_at=at):
        held.stripe_subscription, held.stripe_customer = subscription, customer or None


def end_at_stripe(held: RecurringGift, *, by: str, at: datetime) -> None:
    """Ask that what has ended here ends at Stripe, once: the page was paid while somebody took the gift back, say."""
    if not held.wishes.filter(done_at=None, kind__in=(Wish.CANCEL, Wish.FORGET)).exists():
        wish(held, Wish.CANCEL, by=by, at=at)


def _flag(held: RecurringGift, wrong: list[str], *, at: datetime) -> RecurringGift:
    codes = ",".join(wrong)
    if held.mismatch != codes:
        RecurringGift.objects.filter(pk=held.pk).update(mismatch=codes, updated_at=at)
        held.mismatch, held.updated_at = codes, at
        audit.record(SYSTEM, "recurring.mismatch", held.pk, fields=wrong, at=at)
    return held
