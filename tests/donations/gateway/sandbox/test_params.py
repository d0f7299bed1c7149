"""The sandbox takes what the SDK's types take, and refuses the rest as Stripe does."""

from typing import Any

import pytest
import requests

from tests.sandbox_server import SandboxPeer

GIFT = {
    "mode": "payment",
    "line_items[0][price_data][currency]": "eur",
    "line_items[0][price_data][unit_amount]": "2500",
    "line_items[0][price_data][product_data][name]": "Gift",
    "line_items[0][quantity]": "1",
    "success_url": "https://example.org/thanks/",
}


def _post(peer: SandboxPeer, changes: dict[str, str | None], path: str = "/v1/checkout/sessions") -> requests.Response:
    form = {name: value for name, value in {**GIFT, **changes}.items() if value is not None}
    return requests.post(f"{peer.url}{path}", data=form, auth=(peer.api_key, ""), timeout=10)


def test_it_takes_a_gift(peer: SandboxPeer) -> None:
    """With Stripe's headers on the answer."""
    answer = _post(peer, {})
    assert answer.status_code == 200
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"payment_method_types[0]": "card"}, "parameter_unknown", "payment_method_types"),
        ({"foo": "1"}, "parameter_unknown", "foo"),
        (
            {"line_items[0][price_data][foo]": "1"},
            "parameter_unknown",
            "line_items[0][price_data][foo]",
        ),
        (
            {"line_items[0][price_data][currency]": None},
            "parameter_missing",
            "line_items[0][price_data][currency]",
        ),
        (
            {"line_items[0][price_data][unit_amount]": "25.5"},
            "parameter_invalid_integer",
            "line_items[0][price_data][unit_amount]",
        ),
        ({"success_url": ""}, "parameter_invalid_empty", "success_url"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"success_url": "/thanks/"}, "url_invalid", "success_url"),
        ({"submit_type": "give"}, None, "submit_type"),
        ({"ui_mode": "hosted"}, None, "ui_mode"),
        ({"adaptive_pricing[enabled]": "yes"}, None, "adaptive_pricing[enabled]"),
        ({"adaptive_pricing": "false"}, None, "adaptive_pricing"),
        ({"metadata[k]": "v" * 501}, None, "metadata[k]"),
        ({"success_url[a]": "b", "success_url": None}, None, "success_url"),
        ({"customer": "cus_none"}, "resource_missing", "customer"),
        ({"line_items[0][price_data][currency]": "xts"}, None, "line_items[0][price_data][currency]"),
    ],
)
def test_it_refuses_what_stripe_refuses(peer: SandboxPeer, changes: dict[str, Any], code: str, param: str) -> None:
    """With the code and the parameter in Stripe's shape."""
    answer = _post(peer, changes)
    error = answer.json()["error"]
    assert (answer.status_code, error["type"]) == (400, "invalid_request_error")
    assert (error.get("code"), error["param"]) == (code, param)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/checkout/sessions/", "/v1/refunds/re_1/nothing"])
def test_it_does_not_know_every_address(peer: SandboxPeer, path: str) -> None:
    """404 in Stripe's shape."""
    answer = _post(peer, {}, path)
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")


def test_it_wants_its_key(peer: SandboxPeer) -> None:
    """Missing, wrong, live: 401, and no part of the secret comes back."""
    for auth in (None, ("sk_test_other", ""), ("sk_live_secret", "")):
        answer = requests.get(f"{peer.url}/v1/events", auth=auth, timeout=10)
        assert answer.status_code == 401
        assert "secret" not in answer.text


def test_it_speaks_one_version(peer: SandboxPeer) -> None:
    """Any other is refused, aloud."""
    headers = {"Authorization": f"Bearer {peer.api_key}", "Stripe-Version": "2019-01-01"}
    answer = requests.get(f"{peer.url}/v1/events", headers=headers, timeout=10)
    assert (answer.status_code, "2026-10-28.endive" in answer.text) == (400, True)


def test_it_refuses_what_cannot_be_expanded(peer: SandboxPeer) -> None:
    """As Stripe does."""
    answer = _post(peer, {"expand[]": "cancel_url"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expand")
