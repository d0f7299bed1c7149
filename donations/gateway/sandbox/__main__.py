"""`python -m donations.gateway.sandbox`: start the sandbox and serve until SIGINT or SIGTERM."""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from donations.gateway.sandbox.config import LOOPBACK, Config
from donations.gateway.sandbox.server import Sandbox, Server

_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Serve. Returns 0 when stopped, 2 when it could not start, with one sentence saying why."""
    options = _options()
    try:
        _refuse_production()
        _refuse_strangers(options.webhook_url)
        if options.die_with_parent:
            _die_with_parent()
        server = _bound(options.port)
    except RuntimeError as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    os.umask(0o077)  # the state holds what donors typed
    port = server.server_port
    payloads = ("thin", "snapshot") if options.payload == "both" else (options.payload,)
    server.sandbox = Sandbox(
        Config(
            state=options.state,
            public_url=(options.public_url or f"http://127.0.0.1:{port}").rstrip("/"),
            webhook_url=options.webhook_url,
            webhook_secret=options.webhook_secret,
            payloads=payloads,
            event_types=tuple(options.events.split(",")),
            api_key=options.api_key,
            settle_after=options.settle_after,
            book_after=options.book_after,
            behind=options.behind,
        )
    )
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, lambda *_: server.stop_soon())
    server.sandbox.background.start()
    sys.stdout.write(f"Stripe SANDBOX on http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


def _options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m donations.gateway.sandbox", description=main.__doc__)
    reader.add_argument("--port", type=int, default=8001, help="on 127.0.0.1; 0 takes a free one and says which")
    reader.add_argument("--state", type=Path, required=True, help="SQLite file that keeps everything; made if missing")
    reader.add_argument("--webhook-url", default="", help="where events go, on loopback; none: nowhere")
    reader.add_argument("--webhook-secret", default="", help="signs deliveries (whsec_…)")
    reader.add_argument("--payload", choices=("thin", "snapshot", "both"), default="thin", help="shape of deliveries")
    reader.add_argument("--events", default="*", help="types to deliver, comma separated; * is every type")
    reader.add_argument("--api-key", default="", help="the only key accepted; none: any sk_test_ or rk_test_ key")
    reader.add_argument(
        "--public-url", default="", help="address of the hosted pages, if it is not 127.0.0.1 and the port"
    )
    reader.add_argument(
        "--settle-after", type=float, default=2.0, help="seconds until bank debits and slow refunds end"
    )
    reader.add_argument("--book-after", type=float, default=0.0, help="seconds until a payment is in the balance")
    reader.add_argument(
        "--behind",
        type=int,
        default=0,
        help="days by which the time of a new state lies back, to be advanced from there",
    )
    reader.add_argument("--die-with-parent", action="store_true", help="stop when the process that started this ends")
    return reader.parse_args()


def _refuse_production() -> None:
    if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production"):
        raise RuntimeError("The Stripe sandbox does not start under production settings.")


def _refuse_strangers(url: str) -> None:
    if url and (urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK):
        raise RuntimeError("The Stripe sandbox delivers to http:// addresses on loopback alone.")


def _bound(port: int) -> Server:
    try:
        return Server(port)
    except (OSError, OverflowError) as reason:
        raise RuntimeError(f"Port {port} on 127.0.0.1 cannot be used for the Stripe sandbox: {reason}.") from reason


def _die_with_parent() -> None:
    """Ask Linux for a SIGTERM when the parent ends, and stop if it has ended already."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent or parent == 1:
        raise RuntimeError("The process that started the Stripe sandbox has ended.")


if __name__ == "__main__":
    sys.exit(main())
