"""Posting signed events to an endpoint from a few connections at once, and how long each took."""

import hashlib
import hmac
import socket
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
    """Post all bodies once. Raises RuntimeError for an answer that is not 2xx.

    They are signed before the clock runs, and sent as bytes: what is measured is who answers.
    """
    signed = [_request(url, body, secret) for body in bodies]
    parts = [signed[place::CONNECTIONS] for place in range(CONNECTIONS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        each = sorted(one for part in pool.map(lambda part: _one_by_one(url, part), parts) for one in part)
    return Posted(time.perf_counter() - began, each)


def _request(url: str, body: bytes, secret: str) -> bytes:
    to, stamp = urlsplit(url), str(int(time.time()))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    lines = (
        f"POST {to.path} HTTP/1.1",
        f"Host: {to.netloc}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Stripe-Signature: t={stamp},v1={mac}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _one_by_one(url: str, requests: Sequence[bytes]) -> list[float]:
    to, took = urlsplit(url), []
    connection: socket.socket | None = None
    for request in requests:
        began = time.perf_counter()
        if connection is None:
            connection = socket.create_connection((to.hostname or "", to.port or 80), timeout=60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        head = _answer(connection)
        took.append(time.perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{url} answered {head[:40]!r}.")
        if b"\r\nconnection: close" in head.lower():
            connection.close()
            connection = None
    if connection is not None:
        connection.close()
    return took


def _answer(connection: socket.socket) -> bytes:
    """Read one answer whole; return its head. Raises RuntimeError if it ends early."""
    read = b""
    while True:
        head, end, body = read.partition(b"\r\n\r\n")
        if end and _is_whole(head.lower(), body):
            return head
        part = connection.recv(65536)
        if not part:
            raise RuntimeError("The connection was closed in the middle of an answer.")
        read += part


def _is_whole(head: bytes, body: bytes) -> bool:
    """Whether all of a body is there, by its length or, where none is said, by its last chunk."""
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.startswith(b"content-length:")]
    return len(body) >= int(lengths[0]) if lengths else body.endswith(b"0\r\n\r\n")
