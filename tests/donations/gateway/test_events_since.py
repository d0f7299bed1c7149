"""The sweep: every event since a moment, page by page, with the ids that thin deliveries have."""

from datetime import UTC, datetime, timedelta

from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import Endpoint, eventually, pay
from tests.sandbox_server import SandboxPeer


def test_it_finds_what_was_delivered(desk: StripeGateway, peer: SandboxPeer, endpoint: Endpoint) -> None:
    """The same ids, types and objects, newest first."""
    since = datetime.now(UTC) - timedelta(seconds=1)
    opened = pay(desk, peer)
    found = [event for event in desk.events_since(since) if event.object_id == opened.id]
    assert [event.type for event in found] == ["checkout.session.completed"]
    eventually(lambda: found[0] in endpoint.facts(desk))


def test_it_goes_on_past_the_first_page(desk: StripeGateway, peer: SandboxPeer) -> None:
    """A page holds 100; each gift makes four events."""
    since = datetime.now(UTC)
    gifts = {pay(desk, peer).id for _ in range(27)}
    everything = list(desk.events_since(since))
    assert len(everything) >= 108
    assert [event.created for event in everything] == sorted((event.created for event in everything), reverse=True)
    completed = desk.events_since(since, types=["checkout.session.completed"])
    assert {event.object_id for event in completed} >= gifts


def test_it_leaves_out_what_was_before(desk: StripeGateway, peer: SandboxPeer) -> None:
    """A moment later there is nothing new."""
    pay(desk, peer)
    assert list(desk.events_since(datetime.now(UTC) + timedelta(seconds=1))) == []
