"""The contract with the SDK: what the sandbox takes and answers is what the pinned release says, all of it."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import requests
import stripe

from donations.gateway.sandbox.routes import ROUTES
from donations.gateway.stripe_gateway import StripeGateway
from kernel.money import Money
from tests.donations.gateway.contract import PINNED, differences, of_today
from tests.donations.gateway.scene import begin_monthly, open_checkout, pay
from tests.donations.gateway.shapes import RESOURCES, faults, faults_of_thin
from tests.sandbox_server import API_KEY, SandboxPeer


def test_it_is_the_contract_that_was_read() -> None:
    """A parameter or a field that came, went or changed: read it, mend the sandbox, then write the new contract down.

    `python -m tests.donations.gateway.contract` writes it.
    """
    assert differences(json.loads(PINNED.read_text()), of_today()) == []


def test_it_notices_what_moves() -> None:
    """A parameter more, a field less, a change below, a route that is new."""
    today = of_today()
    moved = {
        **today,
        "POST /v1/refunds": {**today["POST /v1/refunds"], "names": ["amount"]},
        "dispute": {**today["dispute"], "digest": "0"},
    }
    del moved["GET /v1/balance"]
    told = differences(moved, today)
    assert [line.partition(":")[0] for line in told] == ["GET /v1/balance", "POST /v1/refunds", "dispute"]
    assert "charge" in told[1]


def test_it_checks_each_route_against_the_parameters_of_its_own_method() -> None:
    """Each is one of `stripe.params`, and none is borrowed from another object."""
    words = {"v1", "v2", "core", "checkout", "billing_portal", "test_helpers"}
    for route in ROUTES:
        assert route.spec.__module__.startswith("stripe.params"), route.path
        (kind,) = [part for part in re.sub(r"/\{id\}.*", "", route.path).strip("/").split("/") if part not in words]
        name = "".join(part.capitalize() for part in kind.removesuffix("s").split("_"))
        assert route.spec.__name__.startswith(name), (route.path, route.spec.__name__)


def _world(desk: StripeGateway, peer: SandboxPeer) -> None:
    """One of everything there can be."""
    open_checkout(desk)
    begin_monthly(desk, peer)
    facts = desk.checkout(pay(desk, peer, "4000000000000077", amount=Money(90000, "EUR")).id)
    desk.refund(reference="rf", payment_intent=facts.payment_intent, amount=Money(500, "EUR"), idempotency_key="world")
    peer.control("POST", f"dispute/{facts.charge}")
    pay(desk, peer, "4000000000000077", amount=Money(900000, "EUR"))
    peer.control("POST", "payout")
    desk.upload_evidence(b"%PDF-1.7 of nothing\n%%EOF", ending="pdf")
    v1 = desk._client.v1
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["payout.paid"]})
    v1.test_helpers.test_clocks.create({"frozen_time": 1_800_000_000})
    customer = v1.customers.create({"name": "One"}).id
    desk.open_portal(customer=customer, return_url="http://127.0.0.1:9/")


def _get(peer: SandboxPeer, path: str) -> dict[str, Any]:
    answer = requests.get(f"{peer.url}{path}", auth=(API_KEY, ""), timeout=10)
    assert answer.ok, (path, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def test_it_answers_every_question_as_the_annotations_say(later: StripeGateway, later_peer: SandboxPeer) -> None:
    """Every list has members, each member is asked for alone and is what its class says; no class is left out."""
    _world(later, later_peer)
    paths = {route.path for route in ROUTES if route.method == "GET"}
    seen: set[str] = set()
    for path in sorted(paths):
        if "{id}" in path or path == "/v1/balance":
            continue
        members = _get(later_peer, f"{path}?limit=20")["data"]
        assert members, path
        assert f"{path}/{{id}}" in paths
        for one in members:
            check = faults_of_thin if path.startswith("/v2/") else faults
            assert check(one) == [], path
            alone = _get(later_peer, f"{path}/{one['id']}")
            assert check(alone) == [], path
            seen.add(one["object"])
    assert faults(_get(later_peer, "/v1/balance")) == []
    inside = {"plan", "subscription_item", "line_item", "balance", "billing_portal.session"}
    assert seen - {"v2.core.event"} == RESOURCES.keys() - inside


def test_it_tells_no_event_the_sdk_does_not_know() -> None:
    """Every type written anywhere in the sandbox is one of the SDK's."""
    known = {word for hint in get_args(stripe.Event.__annotations__["type"]) for word in (get_args(hint) or (hint,))}
    source = Path(stripe.__file__).parent / "_event.py"
    known |= set(re.findall(r'"([a-z_.]+\.[a-z_]+)"', source.read_text()))
    sandbox = Path(__file__).parents[3] / "donations" / "gateway" / "sandbox"
    told = {
        word for file in sandbox.glob("*.py") for word in re.findall(r'emit\(\s*tx,\s*"([a-z_.]+)"', file.read_text())
    }
    assert len(told) > 25
    assert told <= known
