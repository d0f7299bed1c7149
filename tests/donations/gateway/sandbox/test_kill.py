"""kill -9 in the middle of a rush: what was answered is kept, and a retry with its key does nothing twice."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

from donations.gateway import GatewayError
from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import SECRET, Endpoint, eventually, open_checkout
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox, start_sandbox


def _desk(peer: SandboxPeer) -> StripeGateway:
    return StripeGateway(api_key=API_KEY, api_base=peer.url, webhook_secrets=[SECRET])


def _rush(
    peer: SandboxPeer, keys: list[str], answered: dict[str, str], troubles: list[GatewayError]
) -> list[threading.Thread]:
    """Open a page for each key, from three threads, until the sandbox is gone."""

    def open_all(mine: list[str]) -> None:
        desk = _desk(peer)
        for key in mine:
            try:
                answered[key] = open_checkout(desk, reference=key, idempotency_key=key).id
            except GatewayError as gone:
                troubles.append(gone)
                return

    threads = [threading.Thread(target=open_all, args=(keys[part::3],)) for part in range(3)]
    for thread in threads:
        thread.start()
    return threads


def test_it_opens_one_page_a_key_whenever_it_is_killed(tmp_path: Path) -> None:
    """Killed at three random moments; afterwards every key is tried again."""
    chance, answered, asked, port = random.Random(11), dict[str, str](), list[str](), 0
    troubles: list[GatewayError] = []
    for turn in range(3):
        peer = start_sandbox(webhook_url="", secret="", state_dir=tmp_path, port=port)
        port = peer.port
        keys = [f"key_{turn}_{number}" for number in range(45)]
        threads = _rush(peer, keys, answered, troubles)
        threading.Event().wait(chance.uniform(0.05, 0.4))
        peer.kill()
        for thread in threads:
            thread.join(30)
        asked += keys
    with running_sandbox("", "", tmp_path, port=port) as peer:
        desk = _desk(peer)
        pages = {key: open_checkout(desk, reference=key, idempotency_key=key).id for key in asked}
        assert all(trouble.retry for trouble in troubles)
        assert {key: pages[key] for key in answered} == answered
        assert peer.control("GET", "books")["objects"]["checkout.session"] == len(asked)


def test_it_loses_no_payment_and_no_event(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """What was paid is paid, what was pending is delivered."""
    endpoint, chance, paid, port = serve(), random.Random(7), list[str](), 0
    for _ in range(4):
        peer = start_sandbox(webhook_url=endpoint.url, secret=SECRET, state_dir=tmp_path, port=port)
        port, desk = peer.port, _desk(peer)
        for _ in range(chance.randrange(1, 6)):
            opened = open_checkout(desk)
            peer.pay(opened.url)
            paid.append(opened.id)
        peer.kill()
    with running_sandbox(endpoint.url, SECRET, tmp_path, port=port) as peer:
        desk = _desk(peer)
        assert {desk.checkout(session).payment_status for session in paid} == {"paid"}
        books = peer.control("GET", "books")["balances"]["eur"]
        assert (books["gross"], books["entries"]) == (2500 * len(paid), len(paid))
        eventually(lambda: not peer.control("GET", "deliveries", pending=1)["deliveries"])
        told = {event.object_id for event in endpoint.facts(desk) if event.type == "checkout.session.completed"}
        assert told == set(paid)
