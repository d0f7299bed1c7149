"""A real sandbox process for tests, and small clients for its hosted page and its controls.

with running_sandbox(webhook_url="http://127.0.0.1:8000/stripe/webhook/", secret="whsec_x", state_dir=tmp_path) as peer:
    settings.STRIPE_API_BASE = peer.url
    ...
    peer.pay(checkout_url)
"""

import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parent.parent
API_KEY = "sk_test_waystation"  # the one of the test settings
_START_SECONDS = 30


@dataclass(slots=True)
class SandboxPeer:
    """A running sandbox: its address, its process, its key and state file."""

    url: str
    process: "subprocess.Popen[str]"
    api_key: str
    state: Path

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rpartition(":")[2])

    def pay(self, checkout_url: str, card: str = "4242424242424242", **words: str) -> str:
        """Press Pay on a hosted page with a test card; returns where the page sends the browser."""
        return self._press(checkout_url, card=card, action="pay", **words)

    def close(self, checkout_url: str) -> str:
        """Press Close; returns where the page sends the browser."""
        return self._press(checkout_url, action="close")

    def authenticate(self, checkout_url: str, *, passed: bool = True) -> str:
        """Answer the 3-D Secure question; returns where the page sends the browser."""
        return self._press(f"{checkout_url}/challenge", action="complete" if passed else "fail")

    def control(self, method: str, path: str, **query: Any) -> dict[str, Any]:
        """Call `/sandbox/<path>` and return its JSON."""
        answer = requests.request(method, f"{self.url}/sandbox/{path}", params=query, timeout=60)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def deliver(self, event_id: str, *, times: int = 1, **query: Any) -> list[int]:
        """Deliver an event again, now; returns the statuses the endpoint answered with."""
        statuses: list[int] = self.control("POST", f"deliver/{event_id}", times=times, **query)["statuses"]
        return statuses

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()
        self.process.communicate(timeout=10)

    def _press(self, url: str, **words: str) -> str:
        answer = requests.post(url, data=words, allow_redirects=False, timeout=30)
        if answer.status_code != 303:
            raise AssertionError(f"The page answered {answer.status_code}: {answer.text[-500:]}")
        return answer.headers["Location"]


def start_sandbox(
    *, webhook_url: str, secret: str, state_dir: Path, port: int = 0, options: tuple[str, ...] = ()
) -> SandboxPeer:
    """Start a sandbox on a free port (or `port`) with its state in `state_dir`, and wait until it listens."""
    state = state_dir / "stripe-sandbox.sqlite3"
    command = [sys.executable, "-m", "donations.gateway.sandbox", "--port", str(port), "--state", str(state)]
    command += [
        "--webhook-url",
        webhook_url,
        "--webhook-secret",
        secret,
        "--api-key",
        API_KEY,
        "--die-with-parent",
        *options,
    ]
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    environment = {**os.environ, "PYTHONPATH": path}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        ready = waiting.select(_START_SECONDS)
    line = process.stdout.readline().strip() if ready else ""
    if "http://" not in line:
        process.kill()
        process.communicate(timeout=10)
        raise RuntimeError(f"The sandbox did not start (exit {process.returncode}).")
    return SandboxPeer(line.rpartition(" ")[2], process, API_KEY, state)


@contextmanager
def running_sandbox(
    webhook_url: str, secret: str, state_dir: Path, *options: str, port: int = 0
) -> Iterator[SandboxPeer]:
    """Run a sandbox for the length of a block. `options` are further command line options."""
    peer = start_sandbox(webhook_url=webhook_url, secret=secret, state_dir=state_dir, port=port, options=options)
    try:
        yield peer
    finally:
        if peer.process.poll() is None:
            peer.process.terminate()
        peer.process.communicate(timeout=20)
