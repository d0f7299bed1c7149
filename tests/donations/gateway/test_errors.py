"""What goes wrong is said in our words, with whether a retry helps."""

import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import stripe
from django.conf import settings

from donations.gateway import (
    BusyError,
    GatewayError,
    NotFoundError,
    StripeFaultError,
    UnauthorisedError,
    UnreachableError,
    stripe_gateway,
)
from donations.gateway.stripe_gateway import StripeGateway
from donations.webhooks import inbox
from tests.donations.gateway.scene import open_checkout
from tests.sandbox_server import SandboxPeer


def test_it_says_that_a_session_is_unknown(desk: StripeGateway) -> None:
    """With Stripe's code and request id, for a person who asks its support."""
    with pytest.raises(NotFoundError) as missing:
        desk.checkout("cs_test_none")
    assert (missing.value.code, missing.value.retry) == ("resource_missing", False)
    assert missing.value.request_id.startswith("req_")


def test_it_says_that_the_key_is_wrong(peer: SandboxPeer) -> None:
    """A retry does not help."""
    with pytest.raises(UnauthorisedError) as refused:
        StripeGateway(api_key="sk_test_wrong", api_base=peer.url).checkout("cs_test_none")
    assert not refused.value.retry
    assert "sk_test_wrong" not in str(refused.value)


def test_it_says_that_nobody_answers() -> None:
    """The deed may have happened: the same key finds out."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        desk = StripeGateway(api_key="sk_test_x", api_base=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(UnreachableError) as silence:
            open_checkout(desk)
    assert silence.value.retry


@pytest.mark.parametrize(
    ("status", "kind", "ours", "retry"),
    [
        (429, "invalid_request_error", BusyError, True),
        (409, "idempotency_error", BusyError, True),
        (500, "api_error", StripeFaultError, True),
        (503, "api_error", StripeFaultError, True),
        (403, "invalid_request_error", UnauthorisedError, False),
    ],
)
def test_it_sorts_what_the_server_answers(status: int, kind: str, ours: type[GatewayError], retry: bool) -> None:
    """By class, whatever the SDK calls it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'{{"error": {{"type": "{kind}", "code": "some_code", "message": "No."}}}}'.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Stripe-Should-Retry", "false")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        desk = StripeGateway(api_key="sk_test_x", api_base=f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(ours) as refused:
            desk.checkout("cs_test_x")
        server.shutdown()
    assert (refused.value.retry, refused.value.code) == (retry, "some_code")


def test_a_stripe_that_hangs_is_given_up_before_the_worker_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else claims run out under it, and every event it holds up counts as tried until it is set aside."""
    wait = stripe_gateway.READ_SECONDS
    monkeypatch.setattr(stripe_gateway, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        desk = StripeGateway(api_key="sk_test_x", api_base=f"http://127.0.0.1:{mute.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(UnreachableError) as silence:
            desk.checkout("cs_test_x")
        took = time.monotonic() - began
        mute.settimeout(0)
        asked = 0
        with suppress(BlockingIOError):
            while True:
                mute.accept()[0].close()
                asked += 1
    assert silence.value.retry
    longest = took + asked * (wait - 0.2)  # what it would have been with the seconds we really wait
    assert longest < inbox.CLAIM.total_seconds() - inbox.SECONDS_A_DRAIN
    assert longest < settings.Q_CLUSTER["timeout"] - inbox.SECONDS_A_DRAIN


def test_it_sends_no_telemetry(desk: StripeGateway) -> None:
    """How long our requests take is nobody's business."""
    assert stripe.enable_telemetry is False
