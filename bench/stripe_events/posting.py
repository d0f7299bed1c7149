"""Posting signed events to an endpoint from a few connections at once, and how long each took."""

import hashlib
import hmac
import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Posted:
    """`seconds` from the first to the last; `each` is how long every single one took, in seconds, sorted."""

    seconds: float
    each: list[float]

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of a hundred were answered."""
        return 1000 * self.each[min(len(self.each) - 1, len(self.each) * 99 // 100)]


def post(url: str, bodies: Sequence[bytes], secret: str) -> Posted:
    """Post all bodies once. Raises RuntimeError for an answer that is not 2xx."""
    to = urlsplit(url)

    def one_by_one(part: Sequence[bytes]) -> list[float]:
        connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=60)
        took = []
        for body in part:
            stamp = str(int(time.time()))
            mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={stamp},v1={mac}"}
            began = time.perf_counter()
            connection.request("POST", to.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if not 200 <= answer.status < 300:
                raise RuntimeError(f"{url} answered {answer.status}.")
        return took

    parts = [bodies[place::CONNECTIONS] for place in range(CONNECTIONS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        each = sorted(one for part in pool.map(one_by_one, parts) for one in part)
    return Posted(time.perf_counter() - began, each)
