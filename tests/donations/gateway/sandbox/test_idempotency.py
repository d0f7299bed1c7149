"""Idempotency keys of the sandbox: replay, changed body, under way, refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.idempotency import InFlight
from donations.gateway.stripe_gateway import StripeGateway
from kernel.ids import new_id
from tests.donations.gateway.scene import pay
from tests.sandbox_server import SandboxPeer


def _customer(peer: SandboxPeer, key: str, **form: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {peer.api_key}", "Idempotency-Key": key}
    return requests.post(f"{peer.url}/v1/customers", data=form, headers=headers, timeout=30)


def test_it_replays_the_first_answer(peer: SandboxPeer) -> None:
    """The same body, and a header that says so."""
    key = new_id("key")
    first, again = _customer(peer, key, name="a"), _customer(peer, key, name="a")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Original-Request"] == first.headers["Request-Id"]
    assert "Idempotent-Replayed" not in first.headers


def test_it_refuses_a_changed_body(peer: SandboxPeer) -> None:
    """400 with an error type of its own."""
    key = new_id("key")
    _customer(peer, key, name="a")
    refused = _customer(peer, key, name="b")
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "idempotency_error")


def test_it_does_a_thing_once_under_a_rush(peer: SandboxPeer) -> None:
    """Who comes while it is under way gets 409, who comes later the answer; there is one customer."""
    key = new_id("key")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: _customer(peer, key, name="rush"), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.json()["id"] for answer in answers if answer.ok}) == 1
    for answer in answers:
        assert answer.ok or answer.json()["error"]["code"] == "idempotency_key_in_use"


def test_it_refuses_a_key_that_is_under_way() -> None:
    """And frees it afterwards, whatever happened."""
    keys = InFlight()
    with keys.claim("owner", "key"), pytest.raises(ApiError) as busy, keys.claim("owner", "key"):
        raise AssertionError("Two hold one key.")
    assert busy.value.status == 409
    with keys.claim("owner", "key"):
        pass


def test_it_forgets_a_request_that_was_malformed(peer: SandboxPeer) -> None:
    """Nothing was tried, so the key is free."""
    key = new_id("key")
    assert _customer(peer, key, nonsense="1").status_code == 400
    assert _customer(peer, key, name="a").status_code == 200


def test_it_keeps_a_refusal_that_came_from_trying(desk: StripeGateway, peer: SandboxPeer) -> None:
    """An over-refund stays refused under its key."""
    headers = {"Authorization": f"Bearer {peer.api_key}", "Idempotency-Key": new_id("key")}
    form = {"payment_intent": desk.checkout(pay(desk, peer).id).payment_intent, "amount": "999999"}
    answers = [requests.post(f"{peer.url}/v1/refunds", data=form, headers=headers, timeout=10) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
