"""A storm: every event three times, shuffled, some never, some forged, some poison, some 72 hours late.

Whatever the order, our books end as the peer's own: 0 lost, 0 double, to the cent, disputes and payouts too; every
payout agrees with what is in it. What is poison lies aside and has held up nothing.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from donations.funds.models import Fund
from donations.gateway import gateway
from donations.giving.begin import begin
from donations.giving.checkout import open_checkout
from donations.ledger.verify import verify
from donations.models import Donation, InboxEvent, Payout
from donations.payouts.comparing import compare, compare_payouts
from donations.payouts.listing import list_stripe
from donations.webhooks import inbox
from donations.webhooks.sweep import sweep
from kernel.money import Money
from tests.donations.webhooks.storm import books
from tests.donations.webhooks.storm.outcomes import FIRST, PAYS, THEN, Outcome, drawn
from tests.donations.webhooks.storm.peer import DONOR, Peer
from tests.donations.webhooks.storm.posting import CURRENT, PREVIOUS, Storm
from tests.factories.donations import make_fund
from tests.sandbox_server import API_KEY, running_sandbox

pytestmark = pytest.mark.django_db
AMOUNTS = (Money(25_000, "EUR"), Money(10_001, "EUR"), Money(7_777, "USD"), Money(3000, "JPY"), Money(50_000, "SEK"))
A_LARGE_ONE = Money(500_000, "EUR")
A_DAY = timedelta(days=1)


@pytest.fixture
def peer(settings, tmp_path, monkeypatch) -> Iterator[Peer]:
    """A sandbox that posts nothing by itself: the storm does."""
    monkeypatch.setattr(inbox, "LINGER", -1)
    with running_sandbox("", CURRENT, tmp_path, "--settle-after", "86400") as sandbox:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = sandbox.url, API_KEY
        settings.STRIPE_WEBHOOK_SECRETS = [CURRENT, PREVIOUS]
        yield Peer(sandbox)


def opened(count: int, funds: list[Fund], dice: Random, amounts: tuple[Money, ...] = AMOUNTS) -> list[Donation]:
    """Begin gifts to one fund or two, in several currencies, and open their pages."""
    gifts = []
    for _ in range(count):
        amount = dice.choice(amounts)
        split = [(fund, dice.randint(1, 3)) for fund in dice.sample(funds, dice.choice((1, 1, 2)))]
        gift = begin(split=split, amount=amount, return_url="http://testserver/thanks/", at=timezone.now())
        gifts.append(open_checkout(gift, at=timezone.now()))
    return gifts


def worked_off(*, rounds: int = 2) -> None:
    """Do what the worker does, more than once; what waits for a fact that nobody has told goes on waiting."""
    for _ in range(rounds):
        InboxEvent.objects.filter(state="waiting").update(next_at=timezone.now())
        while inbox.drain():
            pass


def paid_out(peer: Peer, funds: list[Fund], dice: Random) -> list[str]:
    """Send payouts of all that is left, one large gift at least; return their ids."""
    (gift,) = opened(1, funds, dice, (A_LARGE_ONE,))
    peer.pay(gift.checkout_url, PAYS)
    return peer.pay_out()


def played(peer: Peer, gifts: list[Donation], outcomes: list[Outcome], dice: Random) -> None:
    """Let its outcome happen to each gift."""
    for gift, outcome in zip(gifts, outcomes, strict=True):
        outcome(peer, gift, dice)


def blown(peer: Peer, storm: Storm, dice: Random, *, gifts: int) -> set[str]:
    """Let everything happen; return the ids of all events there were."""
    funds = [make_fund() for _ in range(3)]
    pages = opened(gifts, funds, dice)
    outcomes, half = drawn(FIRST, gifts, dice), gifts // 2
    played(peer, pages[:half], outcomes[:half], dice)
    paid_out(peer, funds, dice)
    played(peer, pages[half:], outcomes[half:], dice)
    since = timezone.now() - A_DAY
    first = list(gateway().events_since(since))
    mail = storm.letters(first, peer)
    # half is heard before the worker is there at all, half while it works
    now = [one for one in mail if not one.late]
    storm.post(now[: len(now) // 2])
    worked_off()
    storm.post(now[len(now) // 2 :])
    worked_off()
    peer.settle()
    # the second payout reaches the bank, which refuses it when much has been sent back; the third takes all
    refused = paid_out(peer, funds, dice)
    peer.settle()
    paid = list(Donation.objects.filter(status="paid").order_by("created_at", "pk"))
    played(peer, paid, drawn(THEN, len(paid), dice), dice)
    for payout in refused:
        peer.sandbox.control("POST", f"return/{payout}")
    peer.settle()
    paid_out(peer, funds, dice)
    peer.settle()
    told = {event.id for event in first}
    second = [event for event in gateway().events_since(since) if event.id not in told]
    later = storm.letters(second, peer)
    storm.post([one for one in later if not one.late])
    worked_off()
    sweep(at=timezone.now())
    worked_off()
    storm.post([one for one in [*mail, *later] if one.late])
    worked_off()
    return told | {event.id for event in second}


def reconciled() -> None:
    """Ask for Stripe's list and hold it against the ledger: nothing differs, and each payout is what is in it."""
    at = timezone.now() + timedelta(seconds=2)
    list_stripe(since=at - A_DAY, at=at)
    payouts = list(Payout.objects.all())
    assert all(one.agrees for one in compare(at - 2 * A_DAY, at))
    assert [(one.why, one.variance.minor, one.rows) for one in compare_payouts(payouts)] == [("", 0, ())] * len(payouts)
    in_euro = sorted(payout.status for payout in payouts if payout.currency == "EUR")
    assert in_euro == ["failed", "paid", "paid"]


def weathered(peer: Peer, client, caplog, *, gifts: int, seed: int) -> int:
    """Let a storm blow and hold our books against the peer's; return how many events there were."""
    dice = Random(seed)
    storm = Storm(dice, client)
    events = blown(peer, storm, dice, gifts=gifts)
    assert books.ours() == books.theirs(peer)
    assert books.totals() == books.totals_of(peer)
    assert books.misread(peer) == []
    assert books.disputes() == books.disputes_of(peer)
    assert {status for status, _held, _lost in books.disputes().values()} == {"open", "won", "lost"}
    assert books.payouts() == books.payouts_of(peer)
    assert books.at_bank() == books.arrived(peer)
    assert books.nothing_hangs()
    reconciled()
    assert verify()[1] == []
    states = dict(InboxEvent.objects.values_list("pk", "state"))
    assert "waiting" not in states.values()
    # what nobody told us of is in the inbox if it is of a kind that we apply: the sweep found it
    assert {pk for pk, state in states.items() if state == "poison"} == storm.poison
    assert InboxEvent.objects.filter(pk__in=storm.dropped, swept=False).count() == 0
    assert InboxEvent.objects.filter(pk__in=storm.dropped, swept=True).exists()
    assert not storm.forged & set(states)
    assert storm.answers[400] == len(storm.forged)
    row_words = "".join(str(row) for row in InboxEvent.objects.values_list())
    assert not [word for word in DONOR.values() if word in row_words or word in caplog.text]
    return len(events)


def test_every_order_of_a_hundred_events_ends_in_the_peers_own_books(peer, client, caplog):
    assert weathered(peer, client, caplog, gifts=15, seed=11) >= 100


@pytest.mark.chaos
def test_ten_thousand_events_three_times_each_end_in_the_peers_own_books(peer, client, caplog):
    assert weathered(peer, client, caplog, gifts=1750, seed=12) >= 10_000
