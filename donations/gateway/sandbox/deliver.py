"""Deliveries of events to the endpoint: signed, retried with growing pauses for three days, across restarts."""

import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from urllib.parse import urlsplit

from donations.gateway.sandbox import events, timers
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Store, Tx

_FIRST_PAUSE, _LONGEST_PAUSE, _GIVE_UP_AFTER = 0.5, 30.0, 3 * 24 * 60 * 60
_ANSWER_WITHIN = 10.0
_AT_ONCE = 4
_IDLE = 0.5


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
    """One thread fires timers, four deliver. `wake` makes all look at once.

    They are daemons and nobody waits for them: everything is kept row by row, and an endpoint that hangs must not
    hold up the end of the process.
    """

    def __init__(self, config: Config, store: Store) -> None:
        self._config, self._store = config, store
        self._news = [threading.Event() for _ in range(1 + _AT_ONCE)]
        self._claiming = threading.Lock()
        self._claimed: set[int] = set()

    def start(self) -> None:
        """Start the threads; those that deliver only if there is an endpoint."""
        steps = [self._fire, *([self._deliver] * _AT_ONCE if self._config.webhook_url else [])]
        for news, step in zip(self._news, steps, strict=False):
            threading.Thread(target=self._loop, args=(news, step), daemon=True).start()

    def wake(self) -> None:
        """Say that there may be something to do."""
        for news in self._news:
            news.set()

    def _loop(self, news: threading.Event, step: Callable[[], bool]) -> None:
        while True:
            news.wait(_IDLE)
            news.clear()
            try:
                while step():
                    pass
            except Exception:
                sys.stderr.write(traceback.format_exc())

    def _fire(self) -> bool:
        fired = timers.fire_due(self._store, self._config)
        if fired:
            self.wake()
        return bool(fired)

    def _deliver(self) -> bool:
        """Attempt one delivery that is due. Returns False if there is none."""
        claimed = self._claim()
        if claimed is None:
            return False
        delivery, attempts, body, at = claimed
        try:
            self._note(delivery, attempts, *send(self._config, body, at))
        finally:
            with self._claiming:
                self._claimed.discard(delivery)
        return True

    def _claim(self) -> tuple[int, int, bytes, float] | None:
        """Take the oldest due delivery that no other thread is at."""
        with self._claiming, self._store.read() as tx:
            due = tx.con.execute(
                "SELECT id, attempts, event, payload FROM deliveries WHERE due <= ? ORDER BY due, id LIMIT ?",
                (tx.now, 1 + len(self._claimed)),
            ).fetchall()
            for delivery, attempts, event, payload in due:
                if delivery not in self._claimed:
                    self._claimed.add(delivery)
                    # signed by the machine's time, whatever the controls have advanced
                    return delivery, attempts, body_of(tx, event, payload), time.time()
        return None

    def _note(self, delivery: int, attempts: int, status: int, trouble: str) -> None:
        """Write down how an attempt went: done, or when the next one is, or that it is given up."""
        with self._store.write() as tx:
            if 200 <= status < 300:
                tx.con.execute(
                    "UPDATE deliveries SET due = NULL, delivered = ?, status = ?, attempts = attempts + 1, error = ''"
                    " WHERE id = ?",
                    (tx.now, status, delivery),
                )
                return
            pause = min(_FIRST_PAUSE * 2 ** min(attempts, 10), _LONGEST_PAUSE)
            tx.con.execute(
                "UPDATE deliveries SET status = ?, error = ?, attempts = attempts + 1,"
                " due = CASE WHEN ? < (SELECT created FROM events WHERE seq = event) + ? THEN ? END WHERE id = ?",
                (status, trouble, tx.now, _GIVE_UP_AFTER, tx.now + pause, delivery),
            )
