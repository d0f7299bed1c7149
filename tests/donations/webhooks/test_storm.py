"""A storm: every event three times, shuffled, some never, some forged, some poison, some 72 hours late.

Whatever the order, our books end as the peer's own: 0 lost, 0 double, to the cent; what is poison lies aside and has
held up nothing.
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
from donations.models import Donation, InboxEvent
from donations.webhooks import inbox
from donations.webhooks.sweep import sweep
from kernel.money import Money
from tests.donations.webhooks.storm import books
from tests.donations.webhooks.storm.outcomes import FIRST, THEN, drawn
from tests.donations.webhooks.storm.peer import DONOR, Peer
from tests.donations.webhooks.storm.posting import CURRENT, PREVIOUS, Storm
from tests.factories.donations import make_fund
from tests.sandbox_server import API_KEY, running_sandbox

pytestmark = pytest.mark.django_db
AMOUNTS = (Money(2500, "EUR"), Money(10001, "EUR"), Money(777, "USD"), Money(3000, "JPY"), Money(5000, "SEK"))


@pytest.fixture
def peer(settings, tmp_path, monkeypatch) -> Iterator[Peer]:
    """A sandbox that posts nothing by itself: the storm does."""
    monkeypatch.setattr(inbox, "LINGER", -1)
    with running_sandbox("", CURRENT, tmp_path, "--settle-after", "86400") as sandbox:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = sandbox.url, API_KEY
        settings.STRIPE_WEBHOOK_SECRETS = [CURRENT, PREVIOUS]
        yield Peer(sandbox)


def opened(count: int, funds: list[Fund], dice: Random) -> list[Donation]:
    """Begin gifts to one fund or two, in several currencies, and open their pages."""
    gifts = []
    for _ in range(count):
        amount = dice.choice(AMOUNTS)
        split = [(fund, dice.randint(1, 3)) for fund in dice.sample(funds, dice.choice((1, 1, 2)))]
        gift = begin(split=split, amount=amount, return_url="http://testserver/thanks/", at=timezone.now())
        gifts.append(open_checkout(gift, at=timezone.now()))
    return gifts


def worked_off() -> None:
    """Do what the worker does until nothing is left to try."""
    for _ in range(inbox.MOST_ATTEMPTS):
        if not InboxEvent.objects.filter(state="waiting").exists():
            return
        while inbox.drain():
            pass
        InboxEvent.objects.filter(state="waiting").update(next_at=timezone.now())
    left = list(InboxEvent.objects.filter(state="waiting").values_list("type", "error"))
    raise AssertionError(f"these are still waiting: {left[:5]}")


def blown(peer: Peer, storm: Storm, dice: Random, *, gifts: int) -> set[str]:
    """Let everything happen; return the ids of all events there were."""
    funds = [make_fund() for _ in range(3)]
    pages = opened(gifts, funds, dice)
    for gift, outcome in zip(pages, drawn(FIRST, gifts, dice), strict=True):
        outcome(peer, gift, dice)
    since = timezone.now() - timedelta(days=1)
    first = list(gateway().events_since(since))
    mail = storm.letters(first, peer)
    # half is heard before the worker is there at all, half while it works
    now = [one for one in mail if not one.late]
    storm.post(now[: len(now) // 2])
    worked_off()
    storm.post(now[len(now) // 2 :])
    worked_off()
    peer.sandbox.control("POST", "settle")
    paid = list(Donation.objects.filter(status="paid"))
    for gift, outcome in zip(paid, drawn(THEN, len(paid), dice), strict=True):
        outcome(peer, gift, dice)
    peer.sandbox.control("POST", "settle")
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


def weathered(peer: Peer, client, caplog, *, gifts: int, seed: int) -> int:
    """Let a storm blow and hold our books against the peer's; return how many events there were."""
    dice = Random(seed)
    storm = Storm(dice, client)
    events = blown(peer, storm, dice, gifts=gifts)
    assert books.ours() == books.theirs(peer)
    assert books.totals() == books.totals_of(peer)
    assert books.misread(peer) == []
    assert books.nothing_hangs()
    assert verify()[1] == []
    states = dict(InboxEvent.objects.values_list("pk", "state"))
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
    assert weathered(peer, client, caplog, gifts=20, seed=11) >= 100


@pytest.mark.chaos
def test_ten_thousand_events_three_times_each_end_in_the_peers_own_books(peer, client, caplog):
    assert weathered(peer, client, caplog, gifts=2100, seed=12) >= 10_000
