"""Deliveries: signed, thin or snapshot, retried; timers that no restart loses."""

import json
from collections.abc import Callable
from pathlib import Path

from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import SECRET, Endpoint, eventually, pay
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox, start_sandbox


def _desk(peer: SandboxPeer) -> StripeGateway:
    return StripeGateway(api_key=API_KEY, api_base=peer.url, webhook_secrets=[SECRET])


def test_it_delivers_every_event_once(desk: StripeGateway, peer: SandboxPeer, endpoint: Endpoint) -> None:
    """Four for a paid gift, each signed, none twice."""
    opened = pay(desk, peer)
    facts = desk.checkout(opened.id)
    about = {opened.id, facts.payment_intent, facts.charge}

    def told() -> list[str]:
        return sorted(event.type for event in endpoint.facts(desk) if event.object_id in about)

    types = ["charge.succeeded", "checkout.session.completed", "payment_intent.created", "payment_intent.succeeded"]
    eventually(lambda: len(told()) >= 4)
    assert told() == types


def test_it_delivers_again_when_asked(desk: StripeGateway, peer: SandboxPeer, endpoint: Endpoint) -> None:
    """Five times the same event, by either id, thin and as a snapshot."""
    opened = pay(desk, peer)
    events = peer.control("GET", "events")["events"]
    completed = next(one for one in events if one["object_id"] == opened.id)
    # the other events of the payment are on their way too: what comes from here on was asked for
    eventually(lambda: not peer.control("GET", "deliveries", pending=1)["deliveries"])
    before = len(endpoint.received)
    assert peer.deliver(completed["thin_id"], times=5) == [200] * 5
    assert peer.deliver(completed["id"], payload="snapshot") == [200]
    again = endpoint.facts(desk)[before:]
    assert [event.id for event in again] == [completed["thin_id"]] * 5 + [completed["id"]]
    assert {event.object_id for event in again} == {opened.id}


def test_it_tries_again_until_it_is_taken(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """While the endpoint fails, the delivery waits; then it comes."""
    endpoint = serve()
    endpoint.status = 500
    with running_sandbox(endpoint.url, SECRET, tmp_path, "--events", "checkout.session.completed") as peer:
        desk = _desk(peer)
        opened = pay(desk, peer)
        eventually(lambda: len(endpoint.received) >= 2)
        (waiting,) = peer.control("GET", "deliveries", pending=1)["deliveries"]
        assert (waiting["object_id"], waiting["status"]) == (opened.id, 500)
        endpoint.status = 200
        eventually(lambda: not peer.control("GET", "deliveries", pending=1)["deliveries"])
        tries = len(endpoint.received)
        assert [event.id for event in endpoint.facts(desk)] == [waiting["thin_id"]] * tries


def test_it_delivers_snapshots_too(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """Both shapes of each event, for those who migrate."""
    endpoint = serve()
    with running_sandbox(endpoint.url, SECRET, tmp_path, "--payload", "both", "--events", "refund.created") as peer:
        desk = _desk(peer)
        intent = desk.checkout(pay(desk, peer).id).payment_intent
        refund = desk.refund(reference="rf", payment_intent=intent, amount=Money(100, "EUR"), idempotency_key="key")
        eventually(lambda: len(endpoint.received) == 2)
        assert {event.object_id for event in endpoint.facts(desk)} == {refund.id}
        assert {json.loads(body)["object"] for body, _ in endpoint.received} == {"event", "v2.core.event"}


def test_it_keeps_timers_across_a_restart(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """A bank debit that was under way ends after the restart."""
    endpoint = serve()
    peer = start_sandbox(webhook_url=endpoint.url, secret=SECRET, state_dir=tmp_path, options=("--settle-after", "1"))
    opened = pay(_desk(peer), peer, "AT611904300234573201")
    peer.kill()
    with running_sandbox(endpoint.url, SECRET, tmp_path) as peer:
        eventually(lambda: _desk(peer).checkout(opened.id).payment_status == "paid")
