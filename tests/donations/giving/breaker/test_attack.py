"""Card testing from addresses that never come twice: few reach Stripe, a donor still does, nobody's address is kept."""

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from donations.gateway import gateway
from donations.giving.breaker.counting import MOST_ON_A_PAGE
from donations.giving.breaker.pressure import OF_FUND, State, pressure
from donations.giving.checkout import open_checkout
from donations.models import DeclinedCharge, Donation, RecurringGift
from donations.pages import give
from donations.webhooks import inbox
from kernel.guard.stamps import new_stamp
from kernel.outbox.drain import drain
from tests.donations.webhooks.storm.peer import Peer
from tests.factories.donations import make_fund
from tests.factories.recurring import begin_one
from tests.open_forms import solution
from tests.sandbox_server import API_KEY, running_sandbox

pytestmark = pytest.mark.django_db
DECLINED = "4000000000000002"
HANDED_OUT = 100  # pages at a time: they are a few seconds old when they are sent, however long all of it takes
STAMP = re.compile(r'name="opened" value="([^"]+)"')


@pytest.fixture
def peer(settings, tmp_path, monkeypatch) -> Iterator[Peer]:
    """A sandbox that delivers nothing by itself."""
    monkeypatch.setattr(inbox, "LINGER", -1)
    with running_sandbox("", "whsec_attack", tmp_path) as sandbox:
        settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = sandbox.url, API_KEY
        yield Peer(sandbox)


@pytest.fixture
def undrawn(monkeypatch) -> None:
    """Whoever is refused gets the answer without the page around it: to draw it is most of the work of a refusal."""

    def drawn(request, template, context, *, status):
        return HttpResponse(status=status) if status == 429 else render(request, template, context, status=status)

    monkeypatch.setattr(give, "render", drawn)


def stamps(count: int, *, seconds: float) -> list[str]:
    """Return stamps that were all handed out so many seconds ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        return [new_stamp("give") for _ in range(count)]


def pressed(client, slug: str, stamp: str, *, proof: str = "", address: str) -> str:
    """Press the button; return the address of the payment page, or nothing."""
    words = {"fund": slug, "amount": "2", "currency": "EUR", "opened": stamp, "proof": proof}
    answer = client.post("/give/", words, REMOTE_ADDR=address)
    assert answer.status_code in (303, 429), answer.content.decode()
    return answer.get("Location", "")


def donor(client, slug: str, *, script: bool, address: str) -> str:
    """Open the page as it is now, look at it for a while, and press; return where that leads."""
    seconds = 10 if script else 70
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds)):
        page = client.get("/give/").content.decode()
    stamp = STAMP.search(page)[1]
    return pressed(client, slug, stamp, proof=solution(stamp) if script else "", address=address)


def heard(kind: str = "charge.failed") -> None:
    """Let Stripe tell us of the cards it declined, or of what else."""
    for event in gateway().events_since(timezone.now() - timedelta(hours=1), types=(kind,)):
        inbox.receive(event, at=timezone.now())
    while inbox.drain():
        pass


def attacked(client, peer: Peer, *, attempts: int) -> None:
    """Try `attempts` cards, each from an address of its own; a hundredth of them solves the riddle of its page."""
    dice, fund = Random(5), make_fund()
    slug, through = fund.slug, 0
    fresh, hoarded = list[str](), stamps(attempts // 2, seconds=300)
    for number in range(attempts):
        patient = number > attempts // 2 and number % 10 == 0
        fresh = fresh or stamps(HANDED_OUT, seconds=5)
        stamp = hoarded.pop() if patient else fresh.pop()
        proof = solution(stamp) if number % 100 == 7 else ""
        address = f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::{dice.randrange(1, 999):x}"
        page = pressed(client, slug, stamp, proof=proof, address=address)
        if page:
            through += 1
            peer.pay(page, DECLINED)
            heard()
        if number == attempts // 2:
            assert donor(client, slug, script=False, address="198.51.100.7")
    assert OF_FUND.declined <= through < 50 - 2
    assert pressure(fund, at=timezone.now()).state == State.TRIPPED
    page = donor(client, slug, script=True, address="198.51.100.8")
    peer.pay(page, "4242424242424242")
    assert len(list(peer.everything("checkout/sessions"))) == through + 2 == Donation.objects.count()
    assert DeclinedCharge.objects.count() == through
    kept = " ".join(
        str(row) for model in apps.get_models() if model._meta.managed for row in model._base_manager.values_list()
    )
    assert "2001:db8" not in kept
    assert "198.51.100" not in kept


def test_of_eighty_attempts_few_reach_stripe_and_donors_do(client, peer):
    attacked(client, peer, attempts=80)


@pytest.mark.chaos
def test_of_twenty_thousand_attempts_fewer_than_fifty_reach_stripe_and_donors_do(client, peer, undrawn):
    attacked(client, peer, attempts=20_000)


def test_cards_declined_where_a_gift_that_comes_again_begins_count_as_elsewhere_and_close_the_page(peer):
    fund = make_fund()
    first = begin_one(split=[(fund, 1)])
    page = open_checkout(first, at=timezone.now()).checkout_url
    for _ in range(MOST_ON_A_PAGE):
        peer.pay(page, DECLINED)
    heard()
    first.refresh_from_db()
    assert (first.status, pressure(fund, at=timezone.now()).declined) == ("expired", MOST_ON_A_PAGE)
    assert len(list(peer.everything("customers"))) == 1
    heard("checkout.session.expired")
    drain()
    assert RecurringGift.objects.get().status == "canceled"
    assert list(peer.everything("customers")) == []  # of a page that nobody paid, nothing stays at Stripe
