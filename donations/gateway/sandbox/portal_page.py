"""The portal's page, without JavaScript: GET /p/session/{secret}, and POST it with

- `action` = `card` and `card`, a test card number: what is paid with from now on
- `action` = `cancel` or `keep` and `subscription`: end with the period, or go on after all
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from donations.gateway.sandbox import customers, methods, moments, page, portal, subscribing, subscriptions
from donations.gateway.sandbox.cards import Card, read_card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Json, Store, Tx
from donations.gateway.sandbox.wire import Request, Response, see_other

_PATH = re.compile(r"/p/session/(?P<secret>test_[A-Za-z0-9]{40})")


class PortalPage:
    """Answers /p/session/. GET writes nothing; `wake` is called after a form."""

    def __init__(self, config: Config, store: Store, wake: Callable[[], None]) -> None:
        self._config, self._store, self._wake = config, store, wake

    def answer(self, request: Request) -> Response:
        """Return the page, or a 303 after a form."""
        found = _PATH.fullmatch(request.path)
        if not found:
            return page.notice(404, "Not found", "There is no such page.")
        if request.method == "GET":
            with self._store.read() as tx:
                session = portal.by_secret(tx, found["secret"])
                return _over() if session is None else _shown(tx, session, request.query())
        if request.method != "POST":
            return page.notice(405, "Not allowed", "This page takes GET and POST.")
        with self._store.write() as tx:
            session = portal.by_secret(tx, found["secret"])
            response = _over() if session is None else self._done(tx, session, request)
        self._wake()
        return response

    def _done(self, tx: Tx, session: Json, request: Request) -> Response:
        words = {name: word for name, word in request.form().items() if isinstance(word, str)}
        customer = tx.get(customers.KIND, session["customer"])
        if customer is None:
            return _over()
        here = request.path
        with moments.of_customer(tx, customer["id"]):
            match words.get("action", ""):
                case "card":
                    card = read_card(words.get("card", ""))
                    if card.code and not card.debit and not card.later:
                        return see_other(f"{here}?declined={card.code}")
                    pay_with(tx, customer, card)
                    return _onward(session, "payment_method_update", here)
                case "cancel" | "keep" as action:
                    if not _cancel(tx, customer, words.get("subscription", ""), action == "cancel"):
                        return page.notice(404, "Not found", "There is no such subscription.")
                    return _onward(session, "subscription_cancel", here)
                case _:
                    return page.notice(400, "Not understood", "Send `action` as `card`, `cancel` or `keep`.")


def pay_with(tx: Tx, customer: Json, card: Card) -> None:
    """Let a customer pay all that renews with another card."""
    person = {"email": customer["email"], "name": customer["name"]}
    method = methods.attach_to(tx, methods.make(tx, card, person), customer["id"])
    customers.pay_with(tx, customer, method["id"])
    for subscription in _renewing(tx, customer["id"]):
        subscriptions.change(tx, subscription, default_payment_method=method["id"])


def _cancel(tx: Tx, customer: Json, subscription_id: str, at_period_end: bool) -> bool:
    for subscription in _renewing(tx, customer["id"]):
        if subscription["id"] == subscription_id:
            facts = subscribing.ending(tx, subscription, at_period_end=at_period_end)
            subscriptions.change(tx, subscription, **facts)
            return True
    return False


def _renewing(tx: Tx, customer_id: str) -> list[Json]:
    return [one for one in tx.find(subscriptions.KIND, customer=customer_id) if one["status"] not in subscriptions.OVER]


def _onward(session: Json, deed: str, here: str) -> Response:
    """Go where the flow leads that was asked for, or stay."""
    flow = session["flow"]
    if flow and flow["type"] == deed and flow["after_completion"]["type"] == "redirect":
        return see_other(flow["after_completion"]["redirect"]["return_url"])
    return see_other(here)


def _over() -> Response:
    return page.notice(410, "This page is over", "Ask for a new link.")


def _shown(tx: Tx, session: Json, query: Json) -> Response:
    subscribed = _renewing(tx, session["customer"])
    declined = query.get("declined", "")
    gifts = "".join(_gift(tx, one) for one in subscribed) or "<p>Nothing renews.</p>"
    currency = subscribed[0]["currency"] if subscribed else "eur"
    back = escape(session["return_url"] or "", quote=True)
    link = f'<p><a href="{back}">Go back</a></p>' if back else ""
    return page.sheet(
        "Your payments",
        f"""<h1><b>Your payments</b></h1>{page.refusal(declined if isinstance(declined, str) else "")}
{gifts}<hr><h2>Another card</h2>
<form method="post">{page.cards_field(currency)}
<button name="action" value="card">Use this card from now on</button></form>{link}""",
    )


def _gift(tx: Tx, subscription: Json) -> str:
    item = subscriptions.item_of(subscription)
    total = page.words_of(item["price"]["unit_amount"] * item["quantity"], subscription["currency"])
    method = tx.get(methods.KIND, subscription["default_payment_method"] or "") or {}
    shown = method.get(method.get("type", ""), {})
    card = f"•••• {shown.get('last4')}" if shown else "none"
    ends = subscription["cancel_at_period_end"]
    until = datetime.fromtimestamp(item["current_period_end"], UTC).date().isoformat()
    deed, words = ("keep", "Go on after all") if ends else ("cancel", "End with this period")
    return f"""<h2>{escape(total)} a {escape(item["price"]["recurring"]["interval"])}</h2>
<dl><dt>State</dt><dd>{escape(subscription["status"].replace("_", " "))}</dd>
<dt>{"Ends" if ends else "Next"}</dt><dd>{until}</dd><dt>Card</dt><dd>{escape(card)}</dd></dl>
<form method="post"><input type="hidden" name="subscription" value="{escape(subscription["id"])}">
<button class="quiet" name="action" value="{deed}">{words}</button></form>"""
