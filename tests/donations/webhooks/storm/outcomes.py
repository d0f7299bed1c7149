"""What can become of a gift, and how often it does here."""

from collections.abc import Callable
from random import Random

from django.utils import timezone

from donations.models import Donation
from donations.refunds.deeds import refundable, request_refund, send_refund
from kernel.money import Money
from tests.donations.webhooks.storm.peer import Peer

SETTLED_AS_PAID = ("EUR", "USD", "SEK")  # of the storm's currencies; in all of them Stripe counts in cents
Outcome = Callable[[Peer, Donation, Random], None]

PAYS, DECLINES, ASKS = "4242424242424242", "4000000000000002", "4000002500003155"
REFUND_SLOW, REFUND_FAILS = "4000000000007726", "4000000000005126"
DEBIT_PAYS, DEBIT_FAILS = "AT611904300234573201", "AT861904300235473202"
DISPUTED, INQUIRED, DEBIT_DISPUTED = "4000000000000259", "4000000000001976", "AT591904300235473203"


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
    # there may be a refund or a dispute already that we have not heard of
    if not any(charge["refunded"] or charge["disputed"] for charge in charges):
        peer.post("refunds", payment_intent=donation.payment_intent)


def contested(peer: Peer, donation: Donation, dice: Random) -> None:
    """A bank takes the gift back, or a part of it, and has not decided yet."""
    peer.dispute(donation, amount=_part(donation, dice) if dice.random() < 0.5 else None)


def lost(peer: Peer, donation: Donation, dice: Random) -> None:
    """A bank takes the gift back, or a part of it, and keeps it."""
    dispute = peer.dispute(donation, amount=_part(donation, dice) if dice.random() < 0.5 else None)
    peer.sandbox.control("POST", f"close/{dispute}", outcome="lost")


def won(peer: Peer, donation: Donation, dice: Random) -> None:
    """A bank takes the gift back and gives it back again; where the terms are old, Stripe its fee as well."""
    fee = dice.choice(({}, {"fee": "returned"}))
    peer.sandbox.control("POST", f"close/{peer.dispute(donation)}", outcome="won", **fee)


def won_in_part(peer: Peer, donation: Donation, dice: Random) -> None:
    """A bank gives back only a part of what it took, and keeps the rest."""
    dispute, part = peer.dispute(donation), _part(donation, dice)
    words = {} if part is None else {"amount": min(part, peer.get(f"disputes/{dispute}")["amount"])}
    peer.sandbox.control("POST", f"close/{dispute}", outcome="won", **words)


def answered(peer: Peer, donation: Donation, dice: Random) -> None:
    """The dispute is answered in Stripe's dashboard, well or badly; the bank decides when all is settled."""
    words = dice.choice(("winning_evidence", "losing_evidence"))
    peer.post(f"disputes/{peer.dispute(donation)}", **{"evidence[uncategorized_text]": words})


def inquired(peer: Peer, donation: Donation, dice: Random) -> None:
    """A bank asks, which moves nothing; then it is content, or makes a dispute of it that is lost."""
    dispute = peer.dispute(donation, inquiry=1)
    if dice.random() < 0.5 and peer.get(f"disputes/{dispute}")["status"].startswith("warning"):
        peer.sandbox.control("POST", f"close/{dispute}", outcome="escalated")
    peer.sandbox.control("POST", f"close/{dispute}", outcome="lost")


def _part(donation: Donation, dice: Random) -> int | None:
    """Return a part in Stripe's units; None, the whole, where a conversion would round it."""
    if donation.currency not in SETTLED_AS_PAID:
        return None
    return dice.randint(1, donation.total_minor - 1)


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
    (_by(DISPUTED), 3),
    (_by(INQUIRED), 2),
    (_by(DEBIT_DISPUTED), 2),
    (paid_and_sent_back_at_stripe, 5),
)
# of gifts that our side knows to be paid
THEN: tuple[tuple[Outcome, int], ...] = (
    (left_alone, 40),
    (refunded_here, 25),
    (refunded_at_stripe, 15),
    (contested, 3),
    (lost, 4),
    (won, 4),
    (won_in_part, 3),
    (answered, 3),
    (inquired, 3),
)


def drawn(table: tuple[tuple[Outcome, int], ...], count: int, dice: Random) -> list[Outcome]:
    """Return `count` outcomes: each of the table at least once if there is room, the rest by weight, shuffled."""
    known, weights = [one for one, _ in table], [weight for _, weight in table]
    found = known[:count] + dice.choices(known, weights, k=max(0, count - len(known)))
    dice.shuffle(found)
    return found
