"""What Stripe does not have and tests need, under /sandbox/. JSON, without a key: the server listens on loopback alone.

- GET  /sandbox/books: balances per settlement currency, and how many objects there are
- GET  /sandbox/events: the events, newest first, with both ids
- GET  /sandbox/deliveries[?pending=1]: what was or is to be delivered
- POST /sandbox/deliver/{event id}[?times=5][&payload=snapshot]: deliver now, again; answers with the statuses
- POST /sandbox/settle: end what a bank decides: debits, slow refunds, disputes, arrivals, and write up late books, now
- POST /sandbox/expire/{session id}: let an open session run out of time
- POST /sandbox/advance?days=31[&seconds=…]: move the time of all that has no test clock, and do what that brings
- POST /sandbox/dispute/{charge or payment intent}[?amount=500][&reason=fraudulent][&inquiry=1]: a bank asks
- POST /sandbox/close/{dispute}?outcome=won|lost|escalated[&amount=500][&fee=returned]: how it ends; a part may be won
- POST /sandbox/payout[?currency=eur][&pending=1]: an automatic payout of all that is available, or of all there is
- POST /sandbox/return/{payout}[?code=account_closed]: the bank sends a payout back
- POST /sandbox/stray?currency=xts&amount=500[&fee=10][&below=1][&times=3][&payout=po_…]: balance transactions of no
  payment, in whatever currency, below zero or above, in an automatic payout that was sent
- GET  /sandbox/chaos · POST /sandbox/chaos[?drop=0.1][&…]: what goes wrong, see chaos.py; without rates, nothing
- POST /sandbox/roll[/{endpoint}][?hours=24]: a new secret; the old one signs too for so long
- POST /sandbox/card/{subscription id}?number=4000000000000341: let another card pay from now on
"""

import sqlite3
import time
from collections.abc import Callable

from donations.gateway.sandbox import (
    balance,
    checkout,
    clocks,
    customers,
    endpoints,
    events,
    moments,
    money_controls,
    portal_page,
    subscriptions,
    timers,
)
from donations.gateway.sandbox.cards import read_card
from donations.gateway.sandbox.chaos import Chaos
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.deliver import body_of, send
from donations.gateway.sandbox.errors import ApiError, no_such
from donations.gateway.sandbox.store import Json, Store, Tx
from donations.gateway.sandbox.wire import Request, Response, json_response

_MOST_TIMES, _MOST_ROWS, _LONGEST_NUMBER = 100, 1000, 9
_DAY = 24 * 60 * 60


class Controls:
    """Answers /sandbox/."""

    def __init__(self, config: Config, store: Store, chaos: Chaos, wake: Callable[[], None]) -> None:
        self._config, self._store, self._chaos, self._wake = config, store, chaos, wake

    def answer(self, request: Request) -> Response:
        """Return JSON; 404 for what is not listed above."""
        _, _, deed, *rest = [*request.path.split("/"), ""]
        about = rest[0]
        doors: dict[tuple[str, str], Callable[[], Json]] = {
            ("GET", "books"): self._books,
            ("GET", "events"): self._events,
            ("GET", "deliveries"): lambda: self._deliveries(pending=request.query().get("pending") == "1"),
            ("POST", "deliver"): lambda: self._redeliver(about, request.query()),
            ("POST", "settle"): self._settle,
            ("POST", "expire"): lambda: self._expire(about),
            ("POST", "advance"): lambda: self._advance(request.query()),
            ("POST", "dispute"): lambda: self._books_change(money_controls.dispute, about, request.query()),
            ("POST", "close"): lambda: self._books_change(money_controls.close, about, request.query()),
            ("POST", "payout"): lambda: self._books_change(money_controls.pay_out, about, request.query()),
            ("POST", "return"): lambda: self._books_change(money_controls.send_back, about, request.query()),
            ("POST", "stray"): lambda: self._books_change(money_controls.stray, about, request.query()),
            ("GET", "chaos"): self._chaos.told,
            ("POST", "chaos"): lambda: self._chaos.switch(request.query()),
            ("POST", "roll"): lambda: self._roll(about or endpoints.START, str(request.query().get("hours", "24"))),
            ("POST", "card"): lambda: self._card(about, request.query().get("number", "")),
        }
        try:
            door = doors.get((request.method, deed))
            if door is None:
                raise ApiError("The sandbox has no such control.", status=404)
            return json_response(200, door())
        except ApiError as error:
            return json_response(error.status, error.body())

    def _books(self) -> Json:
        with self._store.read() as tx:
            counts = dict(tx.con.execute("SELECT kind, count(*) FROM objects GROUP BY kind").fetchall())
            return {"balances": balance.totals(tx), "objects": counts}

    def _events(self) -> Json:
        names = ("id", "thin_id", "type", "object_id", "created")
        with self._store.read() as tx:
            rows = tx.con.execute(
                f"SELECT {', '.join(names)} FROM events ORDER BY seq DESC LIMIT ?",  # noqa: S608 - names are written here
                (_MOST_ROWS,),
            ).fetchall()
        return {"events": [dict(zip(names, row, strict=True)) for row in rows]}

    def _deliveries(self, *, pending: bool) -> Json:
        with self._store.read() as tx:
            cursor = tx.con.cursor()
            cursor.row_factory = sqlite3.Row  # type: ignore[assignment]
            rows = cursor.execute(
                "SELECT d.id, e.id AS event, e.thin_id, e.type, e.object_id, payload, endpoint, twist, attempts, due,"
                " delivered, status, error FROM dispatches d JOIN events e ON e.seq = d.event"
                " WHERE NOT ? OR due IS NOT NULL"
                " ORDER BY d.id DESC LIMIT ?",
                (pending, _MOST_ROWS),
            ).fetchall()
        return {"deliveries": [dict(row) for row in rows]}

    def _redeliver(self, event_id: str, query: Json) -> Json:
        times, payload = str(query.get("times", "1")), query.get("payload", self._config.payloads[0])
        if not times.isdigit() or not 1 <= int(times) <= _MOST_TIMES or payload not in {"thin", "snapshot"}:
            raise ApiError(f"`times` is 1 to {_MOST_TIMES}, `payload` thin or snapshot.")
        with self._store.read() as tx:
            body = body_of(tx, events.find(tx, event_id)["seq"], payload)
            to = endpoints.address(tx, endpoints.START)
        if to is None:
            raise ApiError("The sandbox was started without --webhook-url.")
        return {"statuses": [send(to, body, time.time())[0] for _ in range(int(times))]}

    def _settle(self) -> Json:
        fired = timers.fire_due(self._store, self._config, hurry=True)
        self._wake()
        return {"settled": fired}

    def _expire(self, session_id: str) -> Json:
        with self._store.write() as tx:
            session = tx.get(checkout.KIND, session_id)
            if session is None:
                raise no_such(checkout.KIND, session_id)
            if session["status"] == "open":
                session = checkout.close(tx, session)
        self._wake()
        return {"id": session_id, "status": session["status"]}

    def _roll(self, endpoint: str, hours: str) -> Json:
        if not hours.isdigit() or len(hours) > _LONGEST_NUMBER:
            raise ApiError("`hours` is a whole number.")
        with self._store.write() as tx:
            return {"id": endpoint, "secret": endpoints.roll(tx, endpoint, int(hours))}

    def _books_change(self, deed: Callable[[Tx, str, Json], Json], about: str, query: Json) -> Json:
        with self._store.write() as tx:
            done = deed(tx, about, query)
        self._wake()
        return done

    def _advance(self, query: Json) -> Json:
        sent = [str(query.get(name, "0")) for name in ("days", "seconds")]
        if not all(one.isdigit() and len(one) <= _LONGEST_NUMBER for one in sent):
            raise ApiError("`days` and `seconds` are whole numbers.")
        done = clocks.advance_all(self._store, self._config, int(sent[0]) * _DAY + int(sent[1]))
        self._wake()
        return done

    def _card(self, subscription_id: str, number: str) -> Json:
        with self._store.write() as tx:
            subscription = tx.get(subscriptions.KIND, subscription_id)
            if subscription is None:
                raise no_such(subscriptions.KIND, subscription_id)
            customer = tx.need(customers.KIND, subscription["customer"])
            with moments.of_customer(tx, customer["id"]):
                portal_page.pay_with(tx, customer, read_card(number))
        self._wake()
        return {"id": subscription_id}
