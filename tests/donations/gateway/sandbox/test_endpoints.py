"""Webhook endpoints through the SDK, and secrets that are rolled."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import stripe

from donations.gateway import BadSignatureError
from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import SECRET, Endpoint, eventually, open_checkout
from tests.donations.gateway.shapes import faults
from tests.sandbox_server import API_KEY, running_sandbox


def test_it_is_made_changed_and_deleted(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """It gets snapshots of what it asked for, signed with the secret that was shown once; then nothing more."""
    endpoint = serve()
    with running_sandbox("", "", tmp_path) as peer:
        desk = StripeGateway(api_key=API_KEY, api_base=peer.url)
        endpoints = desk._client.v1.webhook_endpoints
        made = endpoints.create({"url": endpoint.url, "enabled_events": ["checkout.session.expired"]})
        assert made.secret is not None
        assert endpoints.retrieve(made.id).to_dict().get("secret") is None
        assert faults(made.to_dict()) == []
        page = desk.expire_checkout(open_checkout(desk).id)
        eventually(lambda: len(endpoint.received) == 1)
        (body, _), named = endpoint.received[0], StripeGateway(api_key=API_KEY, webhook_secrets=[made.secret])
        assert json.loads(body)["object"] == "event"
        assert [event.object_id for event in endpoint.facts(named)] == [page.id]
        assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
        desk.expire_checkout(open_checkout(desk).id)
        endpoints.delete(made.id)
        assert peer.control("GET", "deliveries", pending=1)["deliveries"] == []
        assert len(endpoint.received) == 1
        with pytest.raises(stripe.InvalidRequestError) as refused:
            endpoints.create({"url": "https://example.org/", "enabled_events": ["*"]})
        assert refused.value.param == "url"


def test_it_signs_with_both_secrets_while_they_change(serve: Callable[[], Endpoint], tmp_path: Path) -> None:
    """Old and new verify until the time is over; then the new alone."""
    endpoint = serve()
    with running_sandbox(endpoint.url, SECRET, tmp_path, "--events", "checkout.session.expired") as peer:
        desk = StripeGateway(api_key=API_KEY, api_base=peer.url)
        secret = peer.control("POST", "roll", hours=24)["secret"]
        old, new = (StripeGateway(api_key=API_KEY, webhook_secrets=[one]) for one in (SECRET, secret))
        desk.expire_checkout(open_checkout(desk).id)
        eventually(lambda: len(endpoint.received) == 1)
        assert endpoint.facts(old) == endpoint.facts(new)
        peer.control("POST", "advance", days=2)
        endpoint.received.clear()
        desk.expire_checkout(open_checkout(desk).id)
        eventually(lambda: len(endpoint.received) == 1)
        assert len(endpoint.facts(new)) == 1
        with pytest.raises(BadSignatureError):
            endpoint.facts(old)
