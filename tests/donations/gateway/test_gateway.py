"""The gateway of this installation, out of the settings."""

import os
import signal
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pytest_django.fixtures import Settings

from donations.gateway import GatewayError, UnreachableError, gateway
from donations.gateway.stripe_gateway import StripeGateway
from tests.donations.gateway.scene import open_checkout
from tests.sandbox_server import SandboxPeer


def test_it_follows_the_settings(peer: SandboxPeer, settings: Settings) -> None:
    """One gateway for the same settings, another for others."""
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = peer.api_key, peer.url
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_a", "whsec_b"]
    ours = gateway()
    assert gateway() is ours
    assert ours.checkout(open_checkout(ours).id).status == "open"
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_b"]
    assert gateway() is not ours


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_is_forked_has_connections_of_its_own(peer: SandboxPeer, settings: Settings) -> None:
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = peer.api_key, peer.url
    ours = gateway()
    page = open_checkout(ours).id
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        mine = gateway()
        os._exit(0 if mine is not ours and mine.checkout(page).status == "open" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert gateway() is ours
    assert ours.checkout(page).status == "open"


def test_it_goes_through_the_proxy_of_its_environment_and_no_netrc_takes_the_place_of_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[tuple[str, str, str | None]] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers["Authorization"], self.headers["Proxy-Authorization"]))
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server passes
            """Say nothing."""

    (tmp_path / "netrc").write_text("machine stripe.invalid login somebody password else")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        for name in (f"http://127.0.0.1:{proxy.server_port}", f"us%65r:word@127.0.0.1:{proxy.server_port}"):
            monkeypatch.setenv("http_proxy", name)
            with pytest.raises(GatewayError):
                StripeGateway(api_key="sk_test_x", api_base="http://stripe.invalid").checkout("cs_a/b")
        monkeypatch.setenv("no_proxy", "stripe.invalid")
        with pytest.raises(UnreachableError):
            StripeGateway(api_key="sk_test_x", api_base="http://stripe.invalid").checkout("cs_a/b")
        proxy.shutdown()
    assert seen[0][0].startswith("http://stripe.invalid/v1/checkout/sessions/cs_a%2Fb?")
    assert {authorised for _path, authorised, _word in seen} == {"Bearer sk_test_x"}
    assert [word for _path, _authorised, word in seen] == [None, f"Basic {b64encode(b'user:word').decode()}"]
