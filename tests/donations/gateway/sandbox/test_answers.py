"""What the sandbox answers has the shape that the SDK's annotations, generated from the spec, describe."""

import json
from typing import Any

import requests

from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.scene import open_checkout, pay
from tests.donations.gateway.shapes import faults, faults_of_thin
from tests.sandbox_server import SandboxPeer


def _get(peer: SandboxPeer, path: str, **query: Any) -> dict[str, Any]:
    answer = requests.get(f"{peer.url}{path}", params=query, auth=(peer.api_key, ""), timeout=10)
    assert answer.ok, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _everything(desk: StripeGateway, peer: SandboxPeer) -> None:
    """One of each: paid, declined, under way, failed, authenticated, expired, refunded, slow, failing."""
    open_checkout(desk)
    desk.expire_checkout(open_checkout(desk).id)
    pay(desk, peer, "4000000000000002")
    pay(desk, peer, "4000000000003220")
    pay(desk, peer, "AT861904300235473202")
    pay(desk, peer, amount=Money(100, "ISK"))
    for card in ("4242424242424242", "4000000000007726", "4000000000005126", "AT611904300234573201"):
        opened = pay(desk, peer, card)
        peer.control("POST", "settle")
        intent = desk.checkout(opened.id).payment_intent
        desk.refund(reference="rf", payment_intent=intent, amount=Money(500, "EUR"), idempotency_key=opened.id)
    peer.control("POST", "settle")


def test_it_answers_as_the_annotations_say(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Every object of every kind, alone and expanded."""
    _everything(desk, peer)
    auth = (peer.api_key, "")
    customer = requests.post(f"{peer.url}/v1/customers", data={"email": "a@example.org"}, auth=auth, timeout=10).json()
    assert faults(customer) == []
    for path in ("checkout/sessions", "payment_intents", "charges", "balance_transactions", "refunds", "customers"):
        page = _get(peer, f"/v1/{path}", limit=100)
        assert page["data"]
        for body in page["data"]:
            assert faults(body) == []
            assert _get(peer, f"/v1/{path}/{body['id']}") == body
    expand = ["data.payment_intent.latest_charge.balance_transaction", "data.payment_intent.payment_method"]
    for body in _get(peer, "/v1/checkout/sessions", limit=100, **{"expand[]": expand})["data"]:
        assert faults(body) == []


def test_it_tells_events_as_the_annotations_say(desk: StripeGateway, peer: SandboxPeer) -> None:
    """As snapshots and thin, listed and alone; the two name each other."""
    _everything(desk, peer)
    snapshots = _get(peer, "/v1/events", limit=100)["data"]
    for body in snapshots:
        assert faults(body) == []
        assert faults(body["data"]["object"]) == []
    thin = _get(peer, "/v2/core/events", limit=100)["data"]
    assert [body["snapshot_event"] for body in thin] == [body["id"] for body in snapshots]
    for body in thin:
        assert faults_of_thin(body) == []
        assert _get(peer, f"/v2/core/events/{body['id']}") == body
        assert _get(peer, body["related_object"]["url"])["id"] == body["related_object"]["id"]


def test_it_never_shows_a_card_number(desk: StripeGateway, peer: SandboxPeer) -> None:
    """The last four digits, as Stripe."""
    pay(desk, peer)
    assert "4242424242424242" not in json.dumps(_get(peer, "/v1/charges", limit=100))


def test_it_pages_in_both_directions(desk: StripeGateway, peer: SandboxPeer) -> None:
    """Newest first, with cursors and has_more."""
    ids = [open_checkout(desk).id for _ in range(3)][::-1]
    first = _get(peer, "/v1/checkout/sessions", limit=2)
    assert ([body["id"] for body in first["data"]], first["has_more"]) == (ids[:2], True)
    after = _get(peer, "/v1/checkout/sessions", limit=1, starting_after=ids[1])
    assert after["data"][0]["id"] == ids[2]
    before = _get(peer, "/v1/checkout/sessions", limit=5, ending_before=ids[2])
    assert ([body["id"] for body in before["data"]], before["has_more"]) == (ids[:2], False)


def test_it_forgets_a_customer_that_is_deleted(peer: SandboxPeer) -> None:
    """Changed, then gone."""
    auth = (peer.api_key, "")
    made = requests.post(
        f"{peer.url}/v1/customers", data={"name": "a", "metadata[k]": "v"}, auth=auth, timeout=10
    ).json()
    address = f"{peer.url}/v1/customers/{made['id']}"
    changed = requests.post(address, data={"name": "b", "metadata[k]": ""}, auth=auth, timeout=10).json()
    assert (changed["name"], changed["metadata"]) == ("b", {})
    assert requests.delete(address, auth=auth, timeout=10).json()["deleted"]
    assert requests.get(address, auth=auth, timeout=10).status_code == 404
