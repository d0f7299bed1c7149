"""Deliveries of events to the endpoint: signed, retried with growing pauses for three days, across restarts."""

import hashlib
import hmac
import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from donations.gateway.sandbox import events, timers
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Store, Tx

_FIRST_PAUSE, _LONGEST_PAUSE, _GIVE_UP_AFTER = 0.5, 30.0, 3 * 24 * 60 * 60
_ANSWER_WITHIN = 10.0
_BATCH, _AT_ONCE = 32, 4
_IDLE = 0.25


def signature(payload: bytes, secret: str, at: float) -> str:
    """Return the Stripe-Signature header for a body."""
    stamp = str(int(at))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + payload, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def send(config: Config, body: bytes, at: float) -> tuple[int, str]:
    """Post one event. Returns the status and "", or 0 and the kind of trouble."""
    to = urlsplit(config.webhook_url)
    connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=_ANSWER_WITHIN)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, config.webhook_secret, at),
        "User-Agent": "Stripe/1.0 (SANDBOX)",
    }
    try:
        connection.request("POST", to.path or "/", body, headers)
        return connection.getresponse().status, ""
    except (OSError, http.client.HTTPException) as trouble:
        return 0, type(trouble).__name__
    finally:
        connection.close()


def body_of(tx: Tx, event: int, payload: str) -> bytes:
    """Return what is posted for an event, thin or as a snapshot."""
    row = events.row_of(tx, event)
    return json.dumps(events.thin(row, pushed=True) if payload == "thin" else events.snapshot(tx, row)).encode()


class Background:
    """Two threads: one fires timers, one delivers. `wake` makes both look at once."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._stopping = threading.Event()
        self._news = {"timers": threading.Event(), "deliveries": threading.Event()}
        loops = {"timers": self._fire, "deliveries": self._deliver}
        self._threads = [
            threading.Thread(target=self._loop, args=(self._news[name], loop), name=name, daemon=True)
            for name, loop in loops.items()
        ]

    def start(self) -> None:
        """Start both threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let both finish what they are at."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(_ANSWER_WITHIN)

    def wake(self) -> None:
        """Say that there may be something to do."""
        for news in self._news.values():
            news.set()

    def _loop(self, news: threading.Event, step: object) -> None:
        assert callable(step)  # noqa: S101
        while not self._stopping.is_set():
            news.wait(_IDLE)
            news.clear()
            while not self._stopping.is_set() and step():
                pass

    def _fire(self) -> bool:
        fired = timers.fire_due(self._store, self._config)
        if fired:
            self._news["deliveries"].set()
        return bool(fired)

    def _deliver(self) -> bool:
        if not self._config.webhook_url:
            return False
        with self._store.read() as tx:
            due = tx.con.execute(
                "SELECT id, event, payload, attempts FROM deliveries WHERE due <= ? ORDER BY due, id LIMIT ?",
                (tx.now, _BATCH),
            ).fetchall()
            work = [(row[0], row[3], body_of(tx, row[1], row[2]), tx.now) for row in due]
        if work:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._attempt, work))
        return bool(work)

    def _attempt(self, work: tuple[int, int, bytes, float]) -> None:
        delivery, attempts, body, at = work
        status, trouble = send(self._config, body, at)
        with self._store.write() as tx:
            if 200 <= status < 300:
                tx.con.execute(
                    "UPDATE deliveries SET due = NULL, delivered = ?, status = ?, attempts = attempts + 1, error = ''"
                    " WHERE id = ?",
                    (tx.now, status, delivery),
                )
                return
            pause = min(_FIRST_PAUSE * 2**attempts, _LONGEST_PAUSE)
            tx.con.execute(
                "UPDATE deliveries SET status = ?, error = ?, attempts = attempts + 1,"
                " due = CASE WHEN ? < (SELECT created FROM events WHERE seq = event) + ? THEN ? END WHERE id = ?",
                (status, trouble, tx.now, _GIVE_UP_AFTER, tx.now + pause, delivery),
            )
