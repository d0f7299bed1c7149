"""What can become of a gift, and how often it does here."""

from collections.abc import Callable
from random import Random

from django.utils import timezone

from donations.models import Donation
from donations.refunds.deeds import refundable, request_refund, send_refund
from kernel.money import Money
from tests.donations.webhooks.storm.peer import Peer

Outcome = Callable[[Peer, Donation, Random], None]

PAYS, DECLINES, ASKS = "4242424242424242", "4000000000000002", "4000002500003155"
REFUND_SLOW, REFUND_FAILS = "4000000000007726", "4000000000005126"
DEBIT_PAYS, DEBIT_FAILS = "AT611904300234573201", "AT861904300235473202"


def _by(card: str) -> Outcome:
    return lambda peer, donation, dice: peer.pay(donation.checkout_url, card)


def declined_then_paid(peer: Peer, donation: Donation, dice: Random) -> None:
    """Two cards are declined, the third pays."""
    for card in (DECLINES, DECLINES, PAYS):
        peer.pay(donation.checkout_url, card)


def asked_and_passed(peer: Peer, donation: Donation, dice: Random) -> None:
    """The bank asks, and is answered rightly, or wrongly first."""
    peer.pay(donation.checkout_url, ASKS)
    if dice.random() < 0.5:
        peer.sandbox.authenticate(donation.checkout_url, passed=False)
        peer.pay(donation.checkout_url, ASKS)
    peer.sandbox.authenticate(donation.checkout_url)


def ran_out(peer: Peer, donation: Donation, dice: Random) -> None:
    """Nobody pays in time."""
    peer.sandbox.control("POST", f"expire/{donation.checkout_session}")


def paid_and_sent_back_at_stripe(peer: Peer, donation: Donation, dice: Random) -> None:
    """Paid, and refunded in Stripe's dashboard in two parts before we have heard of anything."""
    peer.pay(donation.checkout_url, PAYS)
    intent = peer.get(f"checkout/sessions/{donation.checkout_session}")["payment_intent"]
    if donation.currency == "EUR":
        peer.post("refunds", payment_intent=intent, amount=donation.total_minor // 3)
    peer.post("refunds", payment_intent=intent)


def refunded_here(peer: Peer, donation: Donation, dice: Random) -> None:
    """A finance officer sends back a part, or all, once or twice."""
    for _ in range(dice.choice((1, 2))):
        left = refundable(donation)
        if not left:
            return
        minor = dice.choice((left.minor, left.minor // 2)) if donation.currency == "EUR" else left.minor
        asked = Money(minor, left.currency)
        refund = request_refund(donation, amount=asked, reason="mistake", by="user:1", at=timezone.now())
        send_refund(refund, at=timezone.now())


def refunded_at_stripe(peer: Peer, donation: Donation, dice: Random) -> None:
    """Somebody sends it back in Stripe's dashboard."""
    charges = peer.get("charges", payment_intent=donation.payment_intent)["data"]
    # there may be a refund already that we have not heard of
    if not any(charge["refunded"] for charge in charges):
        peer.post("refunds", payment_intent=donation.payment_intent)


def left_alone(peer: Peer, donation: Donation, dice: Random) -> None:
    """Most gifts are just gifts."""


# before anything was heard of the gift: (outcome, weight)
FIRST: tuple[tuple[Outcome, int], ...] = (
    (_by(PAYS), 40),
    (_by(REFUND_SLOW), 8),
    (_by(REFUND_FAILS), 8),
    (declined_then_paid, 8),
    (asked_and_passed, 8),
    (_by(DECLINES), 6),
    (_by(DEBIT_PAYS), 6),
    (_by(DEBIT_FAILS), 6),
    (ran_out, 5),
    (paid_and_sent_back_at_stripe, 5),
)
# of gifts that our side knows to be paid
THEN: tuple[tuple[Outcome, int], ...] = ((left_alone, 60), (refunded_here, 25), (refunded_at_stripe, 15))


def drawn(table: tuple[tuple[Outcome, int], ...], count: int, dice: Random) -> list[Outcome]:
    """Return `count` outcomes: each of the table at least once if there is room, the rest by weight, shuffled."""
    known, weights = [one for one, _ in table], [weight for _, weight in table]
    found = known[:count] + dice.choices(known, weights, k=max(0, count - len(known)))
    dice.shuffle(found)
    return found
