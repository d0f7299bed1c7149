"""Deliveries: nothing is read that no secret of ours signed, now."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from donations.gateway import (
    BadSignatureError,
    EventFacts,
    MalformedEventError,
    NoSecretError,
    StaleSignatureError,
    WebhookRefusedError,
)
from donations.gateway.stripe_gateway import StripeGateway

SECRET = "whsec_a"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
THIN = {
    "id": "evt_test_1",
    "object": "v2.core.event",
    "type": "v1.checkout.session.completed",
    "livemode": False,
    "created": "2026-11-22T11:59:58.250Z",
    "related_object": {"id": "cs_test_1", "type": "checkout.session", "url": "/v1/checkout/sessions/cs_test_1"},
}
SNAPSHOT = {
    "id": "evt_1",
    "object": "event",
    "type": "refund.failed",
    "livemode": True,
    "created": 1795348798,
    "data": {"object": {"id": "re_1", "object": "refund"}},
}


def _desk(*secrets: str) -> StripeGateway:
    return StripeGateway(api_key="sk_test_x", webhook_secrets=secrets)


def _signed(body: Any, secret: str = SECRET, at: datetime = AT) -> tuple[bytes, str]:
    text = body if isinstance(body, str) else json.dumps(body)
    header = stripe.WebhookSignature.generate_signature_header(text, secret, timestamp=int(at.timestamp()))
    return text.encode(), header


def test_it_reads_a_thin_event() -> None:
    """Ids only, the type without its version."""
    facts = _desk("whsec_a").verify(*_signed(THIN), AT)
    assert facts == EventFacts(
        id="evt_test_1",
        type="checkout.session.completed",
        object_id="cs_test_1",
        livemode=False,
        created=datetime(2026, 11, 22, 11, 59, 58, 250000, tzinfo=UTC),
    )


def test_it_reads_a_snapshot_event_into_the_same_words() -> None:
    """What is inside the snapshot is left there."""
    facts = _desk("whsec_a").verify(*_signed(SNAPSHOT), AT)
    created = datetime.fromtimestamp(1795348798, UTC)
    assert facts == EventFacts(id="evt_1", type="refund.failed", object_id="re_1", livemode=True, created=created)


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_it_takes_the_current_and_the_previous_secret(secret: str) -> None:
    """While a secret is changed, both are in use."""
    assert _desk("whsec_new", "whsec_old").verify(*_signed(THIN, secret), AT).id == "evt_test_1"


@pytest.mark.parametrize("secrets", [(), ("",), ("  ",)])
def test_it_fails_closed_without_a_secret(secrets: tuple[str, ...]) -> None:
    """An empty secret would verify what anybody signs with nothing."""
    with pytest.raises(NoSecretError):
        _desk(*secrets).verify(*_signed(THIN, " "), AT)


@pytest.mark.parametrize("seconds", [-301, 301, -86400, 10000])
def test_it_refuses_a_stamp_too_far_on_either_side(seconds: int) -> None:
    """The SDK alone would take one from the future."""
    with pytest.raises(StaleSignatureError):
        _desk("whsec_a").verify(*_signed(THIN, at=AT + timedelta(seconds=seconds)), AT)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_it_takes_a_stamp_within_five_minutes(seconds: int) -> None:
    """Clocks differ a little."""
    assert _desk("whsec_a").verify(*_signed(THIN, at=AT + timedelta(seconds=seconds)), AT)


def test_it_refuses_a_changed_body() -> None:
    """One byte is enough."""
    body, header = _signed(THIN)
    with pytest.raises(BadSignatureError):
        _desk("whsec_a").verify(body.replace(b"cs_test_1", b"cs_test_2"), header, AT)


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=x,v1=00", "t=1,v0=00", "t=1,v1=é", "t=" + "9" * 5000 + ",v1=00", ",,,", "t=1,v1=\x00"],
)
def test_it_refuses_a_malformed_header(header: str) -> None:
    """Each of these is a refusal, none an error of the server."""
    with pytest.raises(BadSignatureError):
        _desk("whsec_a").verify(b"{}", header, AT)


def test_it_refuses_a_body_that_is_no_text() -> None:
    """Signed or not, Stripe sends UTF-8."""
    with pytest.raises(BadSignatureError):
        _desk("whsec_a").verify(b"\xff\xfe", "t=1,v1=00", AT)


def test_it_believes_the_stamp_that_is_signed() -> None:
    """A second `t=` cannot make an old delivery young."""
    body, header = _signed(THIN, at=AT - timedelta(hours=1))
    with pytest.raises(WebhookRefusedError):
        _desk("whsec_a").verify(body, f"{header},t={int(AT.timestamp())}", AT)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", '"x"', "{}", '{"object": "event"}', "not json", json.dumps({**THIN, "id": "x" * 40}),
     json.dumps({**THIN, "id": 7}), json.dumps({**THIN, "created": "yesterday"}), json.dumps({**THIN, "created": 5}),
     json.dumps({**SNAPSHOT, "data": None}), json.dumps({**SNAPSHOT, "created": 10**30}),
     json.dumps({**THIN, "type": None}), json.dumps({**THIN, "livemode": "yes"}),
     json.dumps({**THIN, "related_object": {"id": {"id": "cs_1"}}}),
     json.dumps({**THIN, "related_object": {"id": ["a"]}}),
     json.dumps({**THIN, "id": "evt_\x00"}), json.dumps({**THIN, "id": "evt_\ud800"}),
     json.dumps({**THIN, "type": "charge.\x00"}), json.dumps({**THIN, "id": "evt_a/b"}), "[" * 100_000],
)  # fmt: skip
def test_it_refuses_a_signed_body_that_is_no_event(body: str) -> None:
    """Even a key holder cannot make the server stumble."""
    with pytest.raises(MalformedEventError):
        _desk("whsec_a").verify(*_signed(body), AT)
