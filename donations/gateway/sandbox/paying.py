"""What the hosted page's forms do."""

import re
from collections.abc import Callable

from donations.gateway.sandbox import checkout_pay, page
from donations.gateway.sandbox.cards import read_card
from donations.gateway.sandbox.checkout import KIND
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Store, Tx
from donations.gateway.sandbox.wire import Request, Response, see_other

_PATH = re.compile(r"/c/pay/(?P<id>cs_test_[A-Za-z0-9]{1,64})(?P<challenge>/challenge)?")
_LONGEST_WORD = 200


class HostedPage:
    """Answers /c/pay/. GET writes nothing; `wake` is called after a form."""

    def __init__(self, config: Config, store: Store, wake: Callable[[], None]) -> None:
        self._config, self._store, self._wake = config, store, wake

    def answer(self, request: Request) -> Response:
        """Return a page, or a 303 to the next one."""
        found = _PATH.fullmatch(request.path)
        if not found:
            return page.notice(404, "Not found", "There is no such page.")
        if request.method == "GET":
            with self._store.read() as tx:
                session = tx.get(KIND, found["id"])
                facts = tx.private(found["id"])
            return self._shown(request, session, facts, challenge=bool(found["challenge"]))
        if request.method != "POST":
            return page.notice(405, "Not allowed", "This page takes GET and POST.")
        words = {name: word[:_LONGEST_WORD] for name, word in request.form().items() if isinstance(word, str)}
        with self._store.write() as tx:
            session = tx.get(KIND, found["id"])
            if session is None:
                return page.notice(404, "Not found", "There is no such page.")
            step = self._authenticate if found["challenge"] else self._pay
            response = step(tx, session, words)
        self._wake()
        return response

    def _shown(self, request: Request, session: Json | None, facts: Json, *, challenge: bool) -> Response:
        if session is None:
            return page.notice(404, "Not found", "There is no such page.")
        if session["status"] != "open":
            return page.over(session)
        if challenge:
            return page.challenge(session)
        declined = request.query().get("declined", "")
        every = ""
        if session["mode"] == "subscription":
            price = facts["line_items"][0].get("price_data") or {}
            every = f" a {price.get('recurring', {}).get('interval', 'period')}"
        return page.form(session, facts.get("product", ""), declined if isinstance(declined, str) else "", every)

    def _pay(self, tx: Tx, session: Json, words: dict[str, str]) -> Response:
        action = words.get("action") or ("pay" if "card" in words else "")
        if action == "close" and session["status"] == "open":
            return see_other(session["cancel_url"] or f"/c/pay/{session['id']}")
        if action not in {"pay", "close"}:
            return page.notice(400, "Not understood", "Send `action` as `pay` or `close`.")
        if session["status"] != "open":
            return self._onward(session, "paid")
        card = read_card(words.get("card", ""))
        email, name = words.get("email", ""), words.get("name", "")
        return self._onward(session, checkout_pay.pay(tx, self._config, session, card, email=email, name=name))

    def _authenticate(self, tx: Tx, session: Json, words: dict[str, str]) -> Response:
        action = words.get("action", "")
        if action not in {"complete", "fail"}:
            return page.notice(400, "Not understood", "Send `action` as `complete` or `fail`.")
        if session["status"] != "open":
            return self._onward(session, "paid")
        try:
            outcome = checkout_pay.answer_challenge(tx, self._config, session, passed=action == "complete")
        except ApiError as error:
            return page.notice(409, "Nothing to confirm", error.message)
        return self._onward(session, outcome)

    def _onward(self, session: Json, outcome: str) -> Response:
        """Send the browser where Stripe would; a second press of the button on a paid page pays nothing twice."""
        if session["status"] == "expired":
            return page.over(session)
        if outcome in {"paid", "processing"}:
            return see_other(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        if outcome == "challenge":
            return see_other(f"/c/pay/{session['id']}/challenge")
        return see_other(f"/c/pay/{session['id']}?declined={outcome}")
