"""What Stripe says, in our words: frozen, Money, aware UTC times; ids are Stripe's strings, "" where there is none."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from kernel.money import Money

Interval = Literal["month", "year"]


@dataclass(frozen=True, slots=True)
class CheckoutOpened:
    """A page where one donation can be paid, until `expires_at`."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class BalanceEntry:
    """One balance transaction: what a payment or refund did to our balance at Stripe.

    `gross`, `fee` and `net` are in the settlement currency, `net = gross - fee`; a refund's gross is negative. When
    that is not the currency the donor paid in, `exchange_rate` is settlement units per paid unit. `kind` is Stripe's
    type: charge, payment, refund, payment_refund, refund_failure, payment_failure_refund, adjustment, payout,
    payout_failure, stripe_fee … `category` is Stripe's reporting category: charge, refund, refund_failure, dispute,
    dispute_reversal, fee, payout, payout_reversal … `source` is the id of the charge, refund, dispute or payout.
    """

    id: str
    kind: str
    gross: Money
    fee: Money
    net: Money
    created: datetime
    available_on: datetime
    exchange_rate: Decimal | None
    category: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """All that is known about one Checkout Session at the moment of asking.

    `status`: open, complete, expired. `payment_status`: paid, unpaid, no_payment_required. `client_reference_id` is the
    reference we gave. `entries` is empty until Stripe has written the balance transaction, which may be a moment after
    `paid`: ask again. `failure` is Stripe's code if a payment that was under way (a bank debit) has failed for good,
    else ""; a declined card is no failure, the page stays open. A page for a recurring gift has a `customer` and,
    once complete, `subscription` and its first `invoice`; payment and failure are those of the invoice.
    """

    id: str
    status: str
    payment_status: str
    amount_total: Money
    livemode: bool
    client_reference_id: str
    payment_intent: str
    charge: str
    entries: tuple[BalanceEntry, ...]
    failure: str
    expires_at: datetime
    subscription: str = ""
    invoice: str = ""
    customer: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """One recurring gift at the moment of asking.

    `status`: incomplete, incomplete_expired, active, past_due, unpaid, canceled. `reference` is ours. `paused`: nothing
    is collected, until `resumes_at` or until it is resumed; the status stays. `ends_at` is set while it will end with
    the period. `ended_at` and `why_ended` (cancellation_requested, payment_failed, payment_disputed) once it has.
    `card_expires_on` is the last day of the card's month, None where there is no card.
    """

    id: str
    status: str
    reference: str
    livemode: bool
    customer: str
    amount: Money
    every: str
    created: datetime
    period_start: datetime
    period_end: datetime
    latest_invoice: str
    paused: bool
    resumes_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    why_ended: str
    card_expires_on: date | None


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """One instalment of a recurring gift at the moment of asking.

    `status`: draft, open, paid, uncollectible, void. `reason`: subscription_create for the first, subscription_cycle
    for a renewal. `entries` is empty until Stripe has written the balance transaction, a moment after `paid`: ask
    again. `failure` is Stripe's code of the last attempt that failed, while it is not paid; `needs_action` says that
    the donor's bank asks for them, which they answer at `url`. `next_attempt` is when Stripe tries again by itself.
    `period_start` and `period_end` are what the instalment is for.
    """

    id: str
    status: str
    amount: Money
    paid: Money
    livemode: bool
    subscription: str
    reference: str
    customer: str
    reason: str
    created: datetime
    paid_at: datetime | None
    period_start: datetime
    period_end: datetime
    attempts: int
    next_attempt: datetime | None
    url: str = field(repr=False)
    payment_intent: str
    charge: str
    entries: tuple[BalanceEntry, ...]
    failure: str
    needs_action: bool


@dataclass(frozen=True, slots=True)
class PortalOpened:
    """A page where a donor changes their card or ends their gift. Whoever has the address is let in: it is no log's."""

    id: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """One refund at the moment of asking.

    `status`: pending, requires_action, succeeded, failed, canceled. `amount` is in the currency the donor paid in.
    `entry` is what left our balance; `failure_entry` what came back when it failed. `reference` is ours, "" for a
    refund made in Stripe's dashboard. `reason` is why we asked, `failure_reason` why it failed.
    """

    id: str
    status: str
    amount: Money
    charge: str
    payment_intent: str
    created: datetime
    reference: str
    entry: BalanceEntry | None
    failure_entry: BalanceEntry | None
    reason: str
    failure_reason: str


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """One try to pay. `reference` is ours, "" for somebody else's; of what comes again it is that of the donation it
    began with, for every instalment. `by_card`: not by a bank debit or the like."""

    id: str
    failed: bool
    by_card: bool
    reference: str
    created: datetime


@dataclass(frozen=True, slots=True)
class EventFacts:
    """That something happened to an object: ids only, never what is inside.

    `type` has no version prefix: `checkout.session.completed`, whether it came thin or as a snapshot. `object_id` is ""
    for an event about no object.
    """

    id: str
    type: str
    object_id: str
    livemode: bool
    created: datetime
