"""HTTP on loopback: a thread a connection, keep-alive, and the doors to the API, the hosted page and the controls."""

import socketserver
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from donations.gateway.sandbox import clocks, endpoints, page
from donations.gateway.sandbox.api import Api
from donations.gateway.sandbox.chaos import AnswerLostError, Chaos
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.controls import Controls
from donations.gateway.sandbox.deliver import Background
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.invoice_page import InvoicePage
from donations.gateway.sandbox.paying import HostedPage
from donations.gateway.sandbox.portal_page import PortalPage
from donations.gateway.sandbox.store import Store
from donations.gateway.sandbox.wire import Request, Response, json_response

_LARGEST_BODY = 6 * 1024 * 1024  # of a file that is evidence


class Sandbox:
    """All doors over one store."""

    def __init__(self, config: Config) -> None:
        store = Store(config.state)
        clocks.begin(store, config)
        endpoints.take_over(store, config)
        chaos = Chaos(store)
        self.background = Background(config, store, chaos)
        self._api = Api(config, store, chaos, self.background.wake)
        self._page = HostedPage(config, store, self.background.wake)
        self._portal = PortalPage(config, store, self.background.wake)
        self._invoice = InvoicePage(config, store, self.background.wake)
        self._controls = Controls(config, store, chaos, self.background.wake)

    def answer(self, request: Request) -> Response:
        """Return the response to any request; a bug here is Stripe's 500."""
        try:
            return self._answer(request)
        except AnswerLostError:
            raise
        except ApiError as error:
            return json_response(error.status, error.body())
        except Exception:
            sys.stderr.write(traceback.format_exc())
            return json_response(500, ApiError("Something went wrong in the sandbox.", kind="api_error").body())

    def _answer(self, request: Request) -> Response:
        if request.path.startswith(("/v1/", "/v2/")):
            return self._api.answer(request)
        if request.path.startswith("/c/pay/"):
            return self._page.answer(request)
        if request.path.startswith("/p/session/"):
            return self._portal.answer(request)
        if request.path.startswith("/i/"):
            return self._invoice.answer(request)
        if request.path.startswith("/sandbox/"):
            return self._controls.answer(request)
        if request.path == "/":
            return page.notice(200, "Stripe sandbox", "Pages to pay on are opened through the API.")
        return page.notice(404, "Not found", "There is no such page.")


class Server(ThreadingHTTPServer):
    """Binds without asking the resolver for the machine's name, and takes a burst of connections."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.sandbox: Sandbox | None = None

    def server_bind(self) -> None:
        """Bind, and leave the name at the address."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about a client that went away."""

    def stop_soon(self) -> None:
        """Shut down from a signal handler, which runs in the serving thread."""
        threading.Thread(target=self.shutdown, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SANDBOX"
    sys_version = ""
    timeout = 60
    # headers and body leave in two writes: without this the second waits for the client's delayed acknowledgement
    disable_nagle_algorithm = True
    server: Server

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self._write(json_response(413, ApiError("The body is too large.").body()))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        sandbox = self.server.sandbox
        if sandbox is None:
            raise RuntimeError("The server answers only once it has a sandbox.")
        try:
            self._write(sandbox.answer(Request(self.command, self.path, headers, self.rfile.read(int(length)))))
        except AnswerLostError:
            self.close_connection = True

    do_GET = do_POST = do_DELETE = _handle  # noqa: N815 - the names http.server calls

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server passes
        """Log nothing: addresses of pages would be in it."""
