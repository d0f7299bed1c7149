"""The page of an invoice that could not be collected: GET /i/{secret}, and POST it with

- `action` = `pay` and `card`, a test card number
- `action` = `complete` or `fail`, where the bank asks for 3-D Secure
"""

import re
from collections.abc import Callable
from html import escape

from donations.gateway.sandbox import collecting, invoices, methods, moments, page
from donations.gateway.sandbox.cards import read_card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Store, Tx
from donations.gateway.sandbox.wire import Request, Response, see_other

_PATH = re.compile(r"/i/(?P<secret>invst_[A-Za-z0-9]{24})")


class InvoicePage:
    """Answers /i/. GET writes nothing; `wake` is called after a form."""

    def __init__(self, config: Config, store: Store, wake: Callable[[], None]) -> None:
        self._config, self._store, self._wake = config, store, wake

    def answer(self, request: Request) -> Response:
        """Return the page, or a 303 after a form."""
        found = _PATH.fullmatch(request.path)
        if not found or request.method not in {"GET", "POST"}:
            return page.notice(404, "Not found", "There is no such page.")
        if request.method == "GET":
            with self._store.read() as tx:
                invoice = _of(tx, found["secret"])
                return _shown(tx, invoice, request.query()) if invoice else _unknown()
        with self._store.write() as tx:
            invoice = _of(tx, found["secret"])
            response = self._done(tx, invoice, request) if invoice else _unknown()
        self._wake()
        return response

    def _done(self, tx: Tx, invoice: Json, request: Request) -> Response:
        words = {name: word for name, word in request.form().items() if isinstance(word, str)}
        if invoice["status"] != "open":
            return see_other(request.path)
        with moments.of_customer(tx, invoice["customer"]):
            try:
                outcome = self._tried(tx, invoice, words)
            except ApiError as error:
                return page.notice(409, "Nothing to do", error.message)
        fine = outcome in {"paid", "processing", "challenge"}
        return see_other(request.path if fine else f"{request.path}?declined={outcome}")

    def _tried(self, tx: Tx, invoice: Json, words: dict[str, str]) -> str:
        action = words.get("action", "")
        if action in {"complete", "fail"}:
            return collecting.answer_challenge(tx, self._config, invoice, passed=action == "complete")
        if action != "pay":
            raise ApiError("Send `action` as `pay`, `complete` or `fail`.")
        customer = tx.get("customer", invoice["customer"]) or {"email": None, "name": None}
        person = {"email": customer["email"], "name": customer["name"]}
        method = methods.make(tx, read_card(words.get("card", "")), person)
        return collecting.attempt(tx, self._config, invoice, method["id"], off_session=False)


def _of(tx: Tx, secret: str) -> Json | None:
    return tx.get(invoices.KIND, tx.private(secret).get("invoice", ""))


def _unknown() -> Response:
    return page.notice(404, "Not found", "There is no such page.")


def _shown(tx: Tx, invoice: Json, query: Json) -> Response:
    total = escape(page.words_of(invoice["amount_due"], invoice["currency"]))
    intent = invoices.intent_of(tx, invoice) or {}
    if invoice["status"] != "open":
        return page.sheet("Invoice", f"<h1>This invoice <b>is {escape(invoice['status'])}</b></h1><p>{total}</p>")
    if intent.get("status") == "processing":
        return page.sheet("Under way", f"<h1>The bank is working on <b>{total}</b></h1>")
    if intent.get("status") == "requires_action":
        return page.sheet(
            "Is it you?",
            f"""<h1>Your bank asks: is it you who pays <b>{total}</b></h1>
<form method="post"><button name="action" value="complete">Complete authentication</button>
<button class="quiet" name="action" value="fail">Fail authentication</button></form>""",
        )
    declined = query.get("declined", "")
    return page.sheet(
        f"Pay {total}",
        f"""<h1>Invoice {escape(invoice["number"])} <b>{total}</b></h1>
{page.refusal(declined if isinstance(declined, str) else "")}
<form method="post">{page.cards_field(invoice["currency"])}
<button name="action" value="pay">Pay {total}</button></form>""",
    )
