"""What Stripe says of disputes, payouts and its balance: frozen, Money, aware UTC times, "" where there is nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from donations.gateway.facts import BalanceEntry
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """One dispute at the moment of asking.

    `status`: warning_needs_response, warning_under_review, warning_closed (an inquiry, which moves no money),
    needs_response, under_review, won, lost, prevented. `amount` is what is disputed, in the currency the donor paid in,
    and may be a part of the payment. `entries` are what it did to our balance so far, at most two: what was taken, with
    the fee, and what came back, which may be a part. `evidence_due` is None where no answer is expected; evidence can
    be submitted once.
    """

    id: str
    status: str
    amount: Money
    livemode: bool
    charge: str
    payment_intent: str
    reason: str
    created: datetime
    evidence_due: datetime | None
    has_evidence: bool
    past_due: bool
    submissions: int
    refundable: bool
    entries: tuple[BalanceEntry, ...]


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """One payout to the bank at the moment of asking.

    `status`: pending, in_transit, paid, failed, canceled; one that is paid may fail days later. `amount` is what the
    bank gets. `entry` is what left our balance, `failure_entry` what came back. `reconciled`: Stripe has listed all
    that an automatic payout is made of; one by hand is made of nothing in particular.
    """

    id: str
    status: str
    amount: Money
    livemode: bool
    created: datetime
    arrives_on: date
    automatic: bool
    reconciled: bool
    entry: BalanceEntry | None
    failure_entry: BalanceEntry | None
    failure: str


@dataclass(frozen=True, slots=True)
class UnreadFacts:
    """A row of Stripe's lists whose amounts cannot be said in Money. It is no amount of anything here until they can.

    `what` is Stripe's word for the object, `why` unknown_currency, not_whole, out_of_range or net_differs.
    `currency` is as Stripe spells it, "" where it names none; `amount`, `fee` and `net` are Stripe's own integers in
    its smallest unit. `source` is what a balance transaction moved.
    """

    what: Literal["balance_transaction", "payout"]
    why: str
    id: str
    kind: str
    category: str
    source: str
    currency: str
    amount: int
    fee: int
    net: int
    created: datetime


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """Our balance at Stripe at the moment of asking, one Money a currency: what could leave now, and what later.

    `unread` is what lies there and cannot be said in Money: currency and amount as Stripe writes them.
    """

    livemode: bool
    available: tuple[Money, ...]
    pending: tuple[Money, ...]
    unread: tuple[tuple[str, int], ...] = ()
