"""One sandbox process and one endpoint for all tests of the gateway; what it is told is in the fixtures' names."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import SECRET, Endpoint
from tests.sandbox_server import API_KEY, SandboxPeer, running_sandbox


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[], Endpoint]]:
    """Make endpoints on free ports."""
    servers: list[ThreadingHTTPServer] = []

    def made() -> Endpoint:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(length := int(self.headers["Content-Length"]))
                if len(body) < length:  # the sandbox was killed while it sent
                    return
                endpoint.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(endpoint.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        servers.append(server)
        endpoint = Endpoint(f"http://127.0.0.1:{server.server_port}/stripe/webhook/")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return endpoint

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def endpoint(serve: Callable[[], Endpoint]) -> Endpoint:
    """The endpoint the shared sandbox delivers to."""
    return serve()


@pytest.fixture(scope="session")
def peer(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """The sandbox all tests share; bank debits and slow refunds end when a test says so."""
    state: Path = tmp_path_factory.mktemp("stripe")
    with running_sandbox(endpoint.url, SECRET, state, "--settle-after", "3600") as running:
        yield running


@pytest.fixture
def desk(peer: SandboxPeer) -> StripeGateway:
    """The gateway at that sandbox, in the middle of a change of secrets."""
    return StripeGateway(api_key=API_KEY, api_base=peer.url, webhook_secrets=["whsec_next", SECRET])


@pytest.fixture(scope="session")
def later_peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxPeer]:
    """A sandbox whose time is moved; it delivers nothing."""
    state: Path = tmp_path_factory.mktemp("later")
    with running_sandbox("", "", state, "--settle-after", "3600") as running:
        yield running


@pytest.fixture
def later(later_peer: SandboxPeer) -> StripeGateway:
    """The gateway at that sandbox."""
    return StripeGateway(api_key=API_KEY, api_base=later_peer.url)
