"""A Stripe that only answers: `python bench/stripe_events/stub.py PORT`. Every id names an object that is paid."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GROSS, FEE, WHEN = 2500, 63, 1_790_000_000


def entry(number: str) -> dict[str, Any]:
    """Return a balance transaction."""
    return {
        "id": f"txn_{number}", "object": "balance_transaction", "amount": GROSS, "available_on": WHEN + 172_800,
        "created": WHEN, "currency": "eur", "description": None, "exchange_rate": None, "fee": FEE,
        "fee_details": [], "net": GROSS - FEE, "reporting_category": "charge", "source": f"ch_{number}",
        "status": "pending", "type": "charge",
    }  # fmt: skip


def charge(number: str) -> dict[str, Any]:
    """Return a charge that succeeded, its balance transaction by id."""
    return {
        "id": f"ch_{number}", "object": "charge", "amount": GROSS, "amount_captured": GROSS, "amount_refunded": 0,
        "application": None, "balance_transaction": f"txn_{number}", "billing_details": {}, "captured": True,
        "created": WHEN, "currency": "eur", "customer": None, "description": None, "disputed": False,
        "failure_code": None, "failure_message": None, "fraud_details": {}, "livemode": False, "metadata": {},
        "outcome": None, "paid": True, "payment_intent": None, "payment_method": None, "payment_method_details": None,
        "receipt_email": None, "receipt_number": None, "receipt_url": None, "refunded": False, "shipping": None,
        "source": None, "statement_descriptor": None, "statement_descriptor_suffix": None, "status": "succeeded",
        "transfer_data": None, "transfer_group": None,
    }  # fmt: skip


def session(number: str) -> dict[str, Any]:
    """Return a paid Checkout Session with everything expanded; the donation's id follows `cs_`."""
    intent = {
        "id": f"pi_{number}", "object": "payment_intent", "status": "succeeded",
        "latest_charge": {**charge(number), "balance_transaction": entry(number)},
    }  # fmt: skip
    return {
        "id": f"cs_{number}", "object": "checkout.session", "status": "complete", "payment_status": "paid",
        "amount_total": GROSS, "currency": "eur", "livemode": False, "client_reference_id": number,
        "payment_intent": intent, "expires_at": WHEN + 86_400, "metadata": {"reference": number},
        "mode": "payment", "subscription": None, "invoice": None, "customer": None,
    }  # fmt: skip


def account() -> dict[str, Any]:
    """Return the account that every key belongs to."""
    return {
        "id": "acct_bench", "object": "account", "type": "standard", "country": "DE", "email": None, "created": WHEN,
        "charges_enabled": True, "details_submitted": True, "payouts_enabled": True, "default_currency": "eur",
        "business_profile": {}, "settings": {}, "metadata": {}, "capabilities": {}, "livemode": False,
    }  # fmt: skip


class Answers(BaseHTTPRequestHandler):
    """GET alone, by the last part of the path."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer."""
        last = self.path.partition("?")[0].rstrip("/").rpartition("/")[2]
        kind, _, number = last.partition("_")
        made = {"txn": entry, "ch": charge, "cs": session}.get(kind)
        body = json.dumps(made(number) if made else account()).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server passes
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
