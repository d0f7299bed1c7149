"""A running Waystation and a running sandbox that speak to each other, and what a donor does between them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from donations.models import Donation, InboxEvent
from donations.webhooks import inbox
from tests.open_forms import stamped
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox

SECRET = "whsec_d2F5c3RhdGlvbi1tb25leS10ZXN0cw=="


@pytest.fixture(scope="session")
def stripe_peer(live_server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """One sandbox for all tests, delivering to the live server; bank debits and slow refunds end when told to."""
    state: Path = tmp_path_factory.mktemp("sandbox")
    with running_sandbox(f"{live_server.url}/stripe/webhook/", SECRET, state, "--settle-after", "3600") as peer:
        yield peer


@pytest.fixture
def stripe(stripe_peer: SandboxPeer, live_server, transactional_db, settings) -> SandboxPeer:
    """The sandbox as the peer of this test."""
    settings.STRIPE_API_BASE, settings.STRIPE_API_KEY = stripe_peer.url, API_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PUBLIC_URL = live_server.url
    return stripe_peer


@pytest.fixture
def heard() -> Callable[..., InboxEvent]:
    """Wait until an event of a type about an object is in the inbox, and return it."""

    def wait(object_id: str, kind: str, seconds: float = 10) -> InboxEvent:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            event = InboxEvent.objects.filter(object_id=object_id, type=kind).first()
            if event:
                return event
            time.sleep(0.05)
        raise AssertionError(f"No {kind} arrived; the inbox holds {list(InboxEvent.objects.values_list('type'))}")

    return wait


@pytest.fixture
def drained() -> Callable[[], None]:
    """Do what the worker does until nothing waits."""

    def drain(seconds: float = 15) -> None:
        until = time.monotonic() + seconds
        while InboxEvent.objects.filter(state="waiting").exists() and time.monotonic() < until:
            inbox.drain()
            InboxEvent.objects.filter(state="waiting").update(next_at=timezone.now())
        assert not InboxEvent.objects.exclude(error="").exclude(error="not_yet").exists()

    return drain


@pytest.fixture
def given(stripe, client) -> Callable[..., Donation]:
    """Fill in the form of /give/ and come to the payment page."""

    def give(**words: str) -> Donation:
        answer = client.post("/give/", stamped("give", {"amount": "25", "currency": "EUR", **words}))
        assert answer.status_code == 303, answer.content.decode()
        donation = Donation.objects.get(checkout_url=answer["Location"])
        assert answer["Location"].startswith(stripe.url)
        return donation

    return give
