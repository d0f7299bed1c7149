"""The connections to Stripe: kept open, asked again where that is safe, and the key goes nowhere else."""

import gzip
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import stripe
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from donations.gateway import GatewayError, UnreachableError, stripe_connections, stripe_gateway
from donations.gateway.stripe_connections import AT_ONCE, StripeConnections
from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import open_checkout

PAGE = b'{"id": "cs_x", "object": "checkout.session", "status": "open", "payment_status": "unpaid", "livemode": false, '
PAGE += b'"amount_total": 100, "currency": "eur", "expires_at": 1790000000, "url": "https://pay.invalid/"}'


@dataclass
class Seen:
    """What a server met: connections, and of each request the headers."""

    connections: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)
    breaks: int = 0  # so many requests are read and not answered
    elsewhere: str = ""  # where the rest is sent to
    zipped: bool = False


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: Seen

    def setup(self) -> None:
        self.seen.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.asked.append({name.lower(): value for name, value in self.headers.items()})
        if self.seen.breaks:
            self.seen.breaks -= 1
            self.close_connection = True
            return
        body = gzip.compress(PAGE) if self.seen.zipped else PAGE
        self.send_response(302 if self.seen.elsewhere else 200)
        if self.seen.elsewhere:
            self.send_header("Location", self.seen.elsewhere)
        if self.seen.zipped:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name http.server looks for

    def log_message(self, *_: Any) -> None:
        pass


def _serving(seen: Seen, context: ssl.SSLContext | None = None) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Mine", (Answers,), {"seen": seen})) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up is no news
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def desk(seen: Seen) -> Iterator[StripeGateway]:
    for base in _serving(seen):
        yield StripeGateway(api_key="sk_test_x", api_base=base)


def test_one_connection_serves_many_questions(desk: StripeGateway, seen: Seen) -> None:
    for _ in range(20):
        assert desk.checkout("cs_x").status == "open"
    assert (seen.connections, len(seen.asked)) == (1, 20)


def test_an_answer_may_be_packed(desk: StripeGateway, seen: Seen) -> None:
    seen.zipped = True
    assert desk.expire_checkout("cs_x").status == "open"
    assert "gzip" in seen.asked[0]["accept-encoding"]


def test_what_broke_off_is_asked_again_with_the_same_key(desk: StripeGateway, seen: Seen) -> None:
    seen.breaks = stripe_gateway.RETRIES
    assert open_checkout(desk).id == "cs_x"
    assert len(seen.asked) == 1 + stripe_gateway.RETRIES
    assert len({asked["idempotency-key"] for asked in seen.asked}) == 1


def test_what_breaks_off_for_good_is_said(desk: StripeGateway, seen: Seen) -> None:
    seen.breaks = 99
    with pytest.raises(UnreachableError) as silence:
        desk.checkout("cs_x")
    assert (len(seen.asked), silence.value.retry) == (1 + stripe_gateway.RETRIES, True)


def test_a_redirect_takes_the_key_nowhere(desk: StripeGateway, seen: Seen) -> None:
    other = Seen()
    for base in _serving(other):
        seen.elsewhere = f"{base}/v1/checkout/sessions/cs_x"
        with pytest.raises(GatewayError):
            desk.checkout("cs_x")
    assert (len(seen.asked), other.asked) == (1 + stripe_gateway.RETRIES, [])


def test_who_is_slow_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_gateway, "READ_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = StripeGateway(api_key="sk_test_x", api_base=f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(UnreachableError):
            slow.checkout("cs_x")


def test_a_stripe_that_hangs_takes_some_threads_and_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_gateway, "READ_SECONDS", 1.5)
    monkeypatch.setattr(stripe_connections, "PATIENCE", 0.1)

    def seconds(_: int) -> float:
        began = time.monotonic()
        with pytest.raises(UnreachableError):
            slow.checkout("cs_x")
        return time.monotonic() - began

    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(8) as threads:
        slow = StripeGateway(api_key="sk_test_x", api_base=f"http://127.0.0.1:{silent.getsockname()[1]}")
        took = sorted(threads.map(seconds, range(8)))
        assert [one < 1.5 for one in took] == [True] * (8 - AT_ONCE) + [False] * AT_ONCE, took
        assert seconds(0) > 1.5  # whoever comes later finds a place again


def test_who_cannot_prove_to_be_stripe_is_told_nothing_and_not_asked_again(seen: Seen, tmp_path: Path) -> None:
    for base in _serving(seen, _signed_by_itself(tmp_path / "both.pem")):
        with pytest.raises(stripe.APIConnectionError) as refused:
            StripeConnections(base, connect=5, read=5).request("get", f"{base}/v1/account", {"Authorization": "x"})
        with pytest.raises(UnreachableError):
            StripeGateway(api_key="sk_test_x", api_base=base).checkout("cs_x")
    assert (seen.asked, refused.value.should_retry) == ([], False)


def _signed_by_itself(file: Path) -> ssl.SSLContext:
    key, name = generate_private_key(SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now, here = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = made.add_extension(here, critical=False).sign(key, SHA256()).public_bytes(Encoding.PEM)
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
