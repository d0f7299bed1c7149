"""The hosted page, without JavaScript. What it looks like is here, what its form does in paying.py.

GET /c/pay/{session}: the form. POST it with
- `card`: a test card number or test IBAN, spaces allowed
- `action`: `pay` (meant where only a card is sent) or `close`
- `email`, `name`: optional, what Stripe would call billing details

and follow the 303: to `success_url` (paid or under way), `cancel_url` (closed), `/c/pay/{session}/challenge`
(3-D Secure), or back here with `?declined=<code>` (the page can still be paid). GET /c/pay/{session}/challenge asks;
POST it with `action` = `complete` or `fail`.
"""

from decimal import Decimal
from html import escape

from babel.numbers import format_currency

from donations.gateway.sandbox import fees
from donations.gateway.sandbox.cards import CARDS, Card, offered
from donations.gateway.sandbox.store import Json
from donations.gateway.sandbox.wire import Response

_STYLE = """
:root { color-scheme: light dark; --paper: #f5f6f8; --sheet: #fff; --ink: #1b2130; --soft: #596174; --line: #d5d9e2;
  --deed: #3a47c4; --on-deed: #fff; --bad: #a5182f; --bad-sheet: #fdeef0; --mark: #ffd75e; }
@media (prefers-color-scheme: dark) { :root { --paper: #12151c; --sheet: #1b202b; --ink: #eceef4; --soft: #a6aec0;
  --line: #3a4252; --deed: #97a1ff; --on-deed: #12151c; --bad: #ff9daa; --bad-sheet: #3a1a20; --mark: #e3b93b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
.sandbox { margin: 0; padding: .5rem 1rem; background: var(--mark); color: #1b1500; text-align: center;
  font-weight: 600; }
main { width: min(30rem, 100% - 1.5rem); margin: 1.5rem auto; padding: 1.5rem;
  background: var(--sheet); border: 1px solid var(--line);
  border-radius: 12px; }
h1 { margin: 0 0 1.25rem; font-size: 1rem; font-weight: 500; color: var(--soft); }
h1 b { display: block; font-size: 2.25rem; line-height: 1.2; font-weight: 650; color: var(--ink);
  font-variant-numeric: tabular-nums; }
fieldset { margin: 0 0 1rem; padding: 0; border: 1px solid var(--line); border-radius: 8px; }
legend { float: left; width: 100%; padding: .5rem .75rem; font-weight: 600; border-bottom: 1px solid var(--line); }
.cards { clear: both; max-height: 21rem; overflow: auto; }
.card { display: flex; gap: .75rem; align-items: center; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
.card:last-child { border: 0; }
.card:has(:checked) { background: color-mix(in srgb, var(--deed) 12%, transparent); }
.card small { display: block; color: var(--soft); font-variant-numeric: tabular-nums; }
label.text { display: block; margin: 0 0 .75rem; }
label.text input { display: block; width: 100%; padding: .6rem .75rem; font: inherit; color: inherit;
  background: var(--paper);  border: 1px solid var(--line); border-radius: 8px; }
button { width: 100%; margin-top: .5rem; padding: .75rem 1rem; font: inherit; font-weight: 600; border-radius: 8px;
  border: 1px solid var(--deed); background: var(--deed); color: var(--on-deed); cursor: pointer; }
button.quiet { background: transparent; color: var(--ink); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
.declined { padding: .75rem 1rem; margin: 0 0 1rem; border-radius: 8px; background: var(--bad-sheet);
  color: var(--bad); }
a { color: var(--deed); }
h2 { margin: 1.5rem 0 .5rem; font-size: 1.125rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
hr { margin: 1.5rem 0; border: 0; border-top: 1px solid var(--line); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_MESSAGES = {card.code: card.message for card in CARDS if card.code} | {
    "card_declined": "The card was declined.",
    "incorrect_number": "The card number is incorrect.",
    "payment_intent_authentication_failure": "The card could not be authenticated.",
}


def amount(session: Json) -> str:
    """Return what a person reads of a session, such as €25.00."""
    return words_of(session["amount_total"], session["currency"])


def words_of(total: int, currency: str) -> str:
    """Return an amount as a person reads it."""
    units = Decimal(total) / 10 ** fees.decimals(currency)
    return format_currency(units, currency.upper(), locale="en")


def cards_field(currency: str) -> str:
    """Return the choice of test cards."""
    cards = "".join(_radio(card, first=place == 0) for place, card in enumerate(offered(currency)))
    return f'<fieldset><legend>Test cards</legend><div class="cards">{cards}</div></fieldset>'


def refusal(declined: str) -> str:
    """Return the words for an attempt that failed, or nothing for ""."""
    if not declined:
        return ""
    message = escape(_MESSAGES.get(declined, "The payment was declined."))
    return f'<p class="declined" role="alert"><b>Declined.</b> {message} Nothing was charged; try another card.</p>'


def form(session: Json, product: str, declined: str, every: str = "") -> Response:
    """The page that can be paid. `declined`: Stripe's code of the attempt before; `every`: " a month"; or ""."""
    alert = refusal(declined)
    price = escape(amount(session) + every)
    email = escape(session["customer_email"] or "")
    return sheet(
        f"Pay {price}",
        f"""<h1>{escape(product)} <b>{price}</b></h1>{alert}
<form method="post" action="/c/pay/{escape(session["id"])}">
{cards_field(session["currency"])}
<label class="text">Email (optional) <input type="email" name="email" value="{email}" autocomplete="off"></label>
<label class="text">Name (optional) <input name="name" autocomplete="off" maxlength="100"></label>
<button name="action" value="pay">Pay {price}</button>
<button class="quiet" name="action" value="close" formnovalidate>Close</button>
</form>""",
    )


def challenge(session: Json) -> Response:
    """What a bank would ask for 3-D Secure."""
    price = escape(amount(session))
    return sheet(
        "Is it you?",
        f"""<h1>Your bank asks: is it you who pays <b>{price}</b></h1>
<form method="post" action="/c/pay/{escape(session["id"])}/challenge">
<button name="action" value="complete">Complete authentication</button>
<button class="quiet" name="action" value="fail">Fail authentication</button>
</form>""",
    )


def over(session: Json) -> Response:
    """A session that is complete (200) or expired (410)."""
    if session["status"] == "complete":
        return sheet("Paid", "<h1>This page <b>is paid</b></h1><p>You can close it.</p>")
    back = escape(session["cancel_url"] or "", quote=True)
    link = f'<p><a href="{back}">Go back</a></p>' if back else ""
    return sheet("Timed out", f"<h1>This page <b>has timed out</b></h1><p>Nothing was charged.</p>{link}", 410)


def notice(status: int, title: str, sentence: str) -> Response:
    """A page that says one thing."""
    return sheet(title, f"<h1><b>{escape(title)}</b></h1><p>{escape(sentence)}</p>", status)


def _radio(card: Card, *, first: bool) -> str:
    number = " ".join(card.number[place : place + 4] for place in range(0, len(card.number), 4))
    checked = " checked" if first else ""
    return (
        f'<label class="card"><input type="radio" name="card" value="{card.number}"{checked} required>'
        f"<span>{escape(card.label)} <small>{number}</small></span></label>"
    )


def sheet(title: str, content: str, status: int = 200) -> Response:
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · SANDBOX</title><style>{_STYLE}</style></head>
<body><p class="sandbox">SANDBOX: no real money moves here</p><main>{content}</main></body></html>"""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(status, html.encode(), headers)
