"""A Stripe that only answers: `python bench/stripe_events/stub.py PORT`. Every id names an object that is paid."""

import json
import sys
from functools import cache
from socketserver import StreamRequestHandler, ThreadingTCPServer
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


@cache
def template(kind: str) -> bytes:
    """Return an answer with `NUMBER` wherever the object's own number goes: composing it again is not measured."""
    made = {"txn": entry, "ch": charge, "cs": session}.get(kind)
    return json.dumps(made("NUMBER") if made else account()).encode()


class Answers(StreamRequestHandler):
    """GET alone, by the last part of the path. It reads no header: what is measured is who asks, not the stub."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer until the other side closes."""
        while line := self.rfile.readline():
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            last = line.split()[1].decode().partition("?")[0].rstrip("/").rpartition("/")[2]
            kind, _, number = last.partition("_")
            body = template(kind).replace(b"NUMBER", number.encode())
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body)


class Stub(ThreadingTCPServer):
    """A thread for each connection."""

    daemon_threads = True
    request_queue_size = 64


if __name__ == "__main__":
    Stub(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
