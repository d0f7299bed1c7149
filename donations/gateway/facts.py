"""What Stripe says, in our words: frozen, Money, aware UTC times; ids are Stripe's strings, "" where there is none."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kernel.money import Money


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
    type: charge, payment, refund, payment_refund, refund_failure, payment_failure_refund …
    """

    id: str
    kind: str
    gross: Money
    fee: Money
    net: Money
    created: datetime
    available_on: datetime
    exchange_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """All that is known about one Checkout Session at the moment of asking.

    `status`: open, complete, expired. `payment_status`: paid, unpaid, no_payment_required. `client_reference_id` is the
    reference we gave. `entries` is empty until Stripe has written the balance transaction, which may be a moment after
    `paid`: ask again. `failure` is Stripe's code if a payment that was under way (a bank debit) has failed for good,
    else ""; a declined card is no failure, the page stays open.
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
