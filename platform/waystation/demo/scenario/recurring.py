"""Gifts that come again: each really begun at the sandbox months back, and collected there as time went by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from donations.funds.models import Fund
from donations.gateway import PaymentGateway, gateway
from donations.giving.checkout import open_checkout
from donations.giving.models import Donation
from donations.payouts.listing import list_stripe
from donations.receipts.issuing import bring_in_line
from donations.receipts.wishes import ask_for_receipt
from donations.recurring import deeds
from donations.recurring.begin import begin_recurring
from donations.recurring.carrying import carry_out
from donations.recurring.following import first_of
from donations.recurring.models import RecurringGift
from donations.webhooks.handle import EVENTS, handle
from donations.webhooks.models import InboxEvent
from kernel.money import Money
from waystation.demo import peer
from waystation.demo.logins import DONOR

RETURNS_TO = "https://waystation.example/thanks/"
STEP = timedelta(days=5)
ASKS_EACH_TIME, DECLINED_LATER = "4000002760003184", "4000000000000341"


@dataclass(frozen=True)
class Plan:
    """A gift that comes again. `days`: how long ago it began, or some less; `then`: what its donor asks for today."""

    days: int
    amount: Money
    fund: int
    email: str
    interval: str = "month"
    language: str = "en"
    card: str = peer.GOOD
    later_card: str = ""
    wants_receipt: bool = False
    then: str = ""


PLANS = (
    Plan(149, Money(25_00, "EUR"), 0, DONOR, wants_receipt=True),
    Plan(131, Money(100_00, "SEK"), 3, "month1@waystation.invalid"),
    Plan(118, Money(15_00, "GBP"), 4, "month2@waystation.invalid", then="cancel"),
    Plan(97, Money(240_00, "EUR"), 1, DONOR, interval="year", wants_receipt=True),
    Plan(83, Money(20_00, "USD"), 2, "month3@waystation.invalid", then="pause"),
    Plan(52, Money(10_00, "EUR"), 1, "month4@waystation.invalid", language="ru"),
    Plan(37, Money(30_00, "EUR"), 0, "month5@waystation.invalid", later_card=DECLINED_LATER),
    Plan(36, Money(12_00, "EUR"), 0, "month6@waystation.invalid", language="ru", card=ASKS_EACH_TIME),
    Plan(6, Money(50_00, "PLN"), 2, "month7@waystation.invalid"),
)
DEEDS = {"pause": deeds.pause, "cancel": deeds.cancel}


def tell_recurring(base: str, *, at: datetime, say: Callable[[str], None]) -> None:
    """Live through the months that the sandbox at `base` lies behind; nothing is left to tell once it is today there.

    Call it outside a transaction: every step is kept, and the next start goes on from where this one was cut short.
    """
    stripe, there = gateway(), _moment(peer.now_there(base))
    if at - there < STEP:
        return
    while there < at:
        for plan in PLANS:
            if there - STEP < at - timedelta(days=plan.days) <= there:
                _begin(plan, base, stripe, at=there)
        _hear(stripe, since=there - STEP, at=there)
        there = _moment(peer.advance(base, seconds=_step(there)))
    _hear(stripe, since=there - STEP, at=at)
    for gift in Donation.objects.filter(recurring__isnull=False, wants_receipt=True).order_by("paid_at"):
        bring_in_line(gift, at=at)
    _ask(stripe, at=at)
    _hear(stripe, since=at - STEP, at=timezone.now())
    list_stripe(since=at - timedelta(days=PLANS[0].days), at=at, via=stripe)
    say(f"  {RecurringGift.objects.count()} gifts that come again, begun and collected at the sandbox")


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _step(there: datetime) -> int:
    """Return the seconds of the next step, the last of them up to now."""
    return min(int(STEP.total_seconds()), int((timezone.now() - there).total_seconds()) + 1)


def _begin(plan: Plan, base: str, stripe: PaymentGateway, *, at: datetime) -> None:
    """Let a donor come to the page, and pay on Stripe's."""
    gift = _gift_of(plan)
    first = (gift and first_of(gift)) or begin_recurring(
        interval=plan.interval,
        split=[(list(Fund.objects.order_by("position"))[plan.fund], 1)],
        amount=plan.amount,
        return_url=RETURNS_TO,
        at=at,
        language=plan.language,
        email=plan.email,
    )
    if plan.wants_receipt:
        ask_for_receipt(donation=first, email=plan.email, name="Alex Example", at=at)
    opened = open_checkout(first, at=at, via=stripe)
    peer.pay(str(opened.checkout_url), plan.card)
    if plan.later_card:
        peer.change_card(base, stripe.checkout(str(opened.checkout_session)).subscription, plan.later_card)


def _hear(stripe: PaymentGateway, *, since: datetime, at: datetime) -> None:
    """Take each event in once, and do with it what is done when it is delivered."""
    for event in sorted(stripe.events_since(since, types=EVENTS), key=lambda one: one.created):
        told = InboxEvent(
            event_id=event.id,
            type=event.type,
            object_id=event.object_id,
            livemode=event.livemode,
            attempts=1,
            next_at=event.created,
            happened_at=event.created,
            received_at=event.created,
            done_at=event.created,
        )
        if not InboxEvent.objects.filter(pk=event.id).exists():
            told.state = handle(told, stripe=stripe, at=min(event.created, at))
            told.save(force_insert=True)


def _ask(stripe: PaymentGateway, *, at: datetime) -> None:
    """Let the donors of some pause or end their gift today."""
    for plan in PLANS:
        gift = _gift_of(plan)
        if plan.then and gift:
            DEEDS[plan.then](gift=gift, by="page", at=at)
            carry_out(gift, at=at, via=stripe)


def _gift_of(plan: Plan) -> RecurringGift | None:
    """Return the gift of a plan once it was begun: no two are of one amount."""
    return RecurringGift.objects.filter(currency=plan.amount.currency, amount_minor=plan.amount.minor).first()
