"""Deliveries of events to endpoints: signed, retried with growing pauses for three days, across restarts."""

import hashlib
import hmac
import http.client
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from donations.gateway.sandbox import endpoints, events, timers
from donations.gateway.sandbox.chaos import Chaos
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.endpoints import Address
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Store, Tx

_FIRST_PAUSE, _LONGEST_PAUSE, _GIVE_UP_AFTER = 0.5, 30.0, 3 * 24 * 60 * 60
_ANSWER_WITHIN = 10.0
_AT_ONCE = 4
_IDLE = 0.5
_SHUFFLE = 3600.0  # seconds before its time, so that what waits has any order and none waits longer
# what the chaos switch sends beside the true ones: seconds off the true time, or signed by nobody
_OFF = {"stale": -600.0, "ahead": 600.0}
_FORGED = "forged"
_DUE = (
    "SELECT id, attempts, twist, endpoint, event, payload FROM dispatches"
    " WHERE due <= ? AND stirred >= ? AND endpoint IN (SELECT id FROM objects"
    " WHERE kind = 'webhook_endpoint' AND json_extract(body, '$.status') = 'enabled')"
    " ORDER BY due, id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class _Claimed:
    id: int
    attempts: int
    twist: str
    to: Address
    body: bytes


def signature(payload: bytes, secrets: Sequence[str], at: float) -> str:
    """Return the Stripe-Signature header for a body: one `v1=` a secret."""
    stamp = str(int(at))
    macs = [hmac.new(secret.encode(), f"{stamp}.".encode() + payload, hashlib.sha256) for secret in secrets]
    return ",".join([f"t={stamp}", *(f"v1={mac.hexdigest()}" for mac in macs)])


def send(to: Address, body: bytes, at: float) -> tuple[int, str]:
    """Post one event. Returns the status and "", or 0 and the kind of trouble."""
    url = urlsplit(to.url)
    connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=_ANSWER_WITHIN)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(body, to.secrets, at),
        "User-Agent": "Stripe/1.0 (SANDBOX)",
    }
    try:
        connection.request("POST", url.path or "/", body, headers)
        return connection.getresponse().status, ""
    except (OSError, http.client.HTTPException) as trouble:
        return 0, type(trouble).__name__
    finally:
        connection.close()


def body_of(tx: Tx, event: int, payload: str, twist: str = "") -> bytes:
    """Return what is posted for an event, thin or as a snapshot; a forged one has an id that Stripe never gave."""
    row = events.row_of(tx, event)
    body = events.thin(row, pushed=True) if payload == "thin" else events.snapshot(tx, row)
    if twist == _FORGED:
        body["id"] = new_id("evt_test" if payload == "thin" else "evt")
    return json.dumps(body).encode()


class Background:
    """One thread fires timers, four deliver. `wake` makes all look at once.

    They are daemons and nobody waits for them: everything is kept row by row, and an endpoint that hangs must not
    hold up the end of the process.
    """

    def __init__(self, config: Config, store: Store, chaos: Chaos) -> None:
        self._config, self._store, self._chaos = config, store, chaos
        self._news = [threading.Event() for _ in range(1 + _AT_ONCE)]
        self._claiming = threading.Lock()
        self._claimed: set[int] = set()

    def start(self) -> None:
        """Start the threads."""
        for news, step in zip(self._news, [self._fire, *[self._deliver] * _AT_ONCE], strict=True):
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
        try:
            # signed by the machine's time, whatever the controls have advanced
            at = time.time() + _OFF.get(claimed.twist, 0.0)
            to = Address(claimed.to.url, (new_id("whsec"),)) if claimed.twist == _FORGED else claimed.to
            self._note(claimed, *send(to, claimed.body, at))
        finally:
            with self._claiming:
                self._claimed.discard(claimed.id)
        return True

    def _claim(self) -> _Claimed | None:
        """Take the oldest due delivery that no other thread is at."""
        with self._claiming:
            stirs = self._chaos.rates.stirs
            if stirs:
                self._stir()
            with self._store.read() as tx:  # what came since then waits for chaos, while there is any
                due = tx.con.execute(_DUE, (tx.wall, int(stirs), 1 + len(self._claimed))).fetchall()
                for dispatch, attempts, twist, endpoint, event, payload in due:
                    to = endpoints.address(tx, endpoint)
                    if dispatch not in self._claimed and to:
                        self._claimed.add(dispatch)
                        return _Claimed(dispatch, attempts, twist, to, body_of(tx, event, payload, twist))
        return None

    def _stir(self) -> None:
        """Let chaos have each new delivery once."""
        rates, dice = self._chaos.rates, self._chaos
        with self._store.write() as tx:
            fresh = tx.con.execute(
                "SELECT id, endpoint, event, payload, due FROM dispatches WHERE NOT stirred AND due IS NOT NULL"
            ).fetchall()
            for dispatch, endpoint, event, payload, due in fresh:
                copies = int(rates.copies) - 1 if dice.chance(rates.duplicate) else 0
                twists = [""] * copies
                twists += [_FORGED] * dice.chance(rates.forge)
                twists += ["stale" if dice.chance(0.5) else "ahead"] * dice.chance(rates.stale)
                rows = [(endpoint, event, payload, self._hour(due), twist) for twist in twists]
                tx.con.executemany(
                    "INSERT INTO dispatches (endpoint, event, payload, due, twist, stirred) VALUES (?, ?, ?, ?, ?, 1)",
                    rows,
                )
                dropped = dice.chance(rates.drop)
                tx.con.execute(
                    "UPDATE dispatches SET stirred = 1, due = ?, error = ? WHERE id = ?",
                    (None if dropped else self._hour(due), "dropped" if dropped else "", dispatch),
                )

    def _hour(self, due: float) -> float:
        """Return when a delivery is sent: later, and in any order that is asked for, which is that of the hours."""
        rates = self._chaos.rates
        early = self._chaos.up_to(_SHUFFLE) if rates.reorder else 0.0
        return due + self._chaos.up_to(rates.delay) if rates.delay else due - early

    def _note(self, claimed: _Claimed, status: int, trouble: str) -> None:
        """Write down how an attempt went: done, or when the next one is, or that it is given up."""
        with self._store.write() as tx:
            if 200 <= status < 300 or claimed.twist:
                tx.con.execute(
                    "UPDATE dispatches SET due = NULL, delivered = ?, status = ?, attempts = attempts + 1, error = ?"
                    " WHERE id = ?",
                    (tx.wall, status, trouble, claimed.id),
                )
                return
            pause = min(_FIRST_PAUSE * 2 ** min(claimed.attempts, 10), _LONGEST_PAUSE)
            tx.con.execute(
                "UPDATE dispatches SET status = ?, error = ?, attempts = attempts + 1,"
                " due = CASE WHEN ? < (SELECT created FROM events WHERE seq = event) + ? THEN ? END WHERE id = ?",
                (status, trouble, tx.wall, _GIVE_UP_AFTER, tx.wall + pause, claimed.id),
            )
