"""How a bank debit ends that was under way, for whatever it was to pay."""

from donations.gateway.sandbox import checkout, checkout_pay, collecting, methods, payments
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Tx


def end_debit(tx: Tx, config: Config, intent_id: str) -> None:
    """Let it succeed or fail, and tell the invoice and the session that wait for it."""
    intent = tx.get(payments.KIND, intent_id)
    if intent is None or intent["status"] != "processing":
        return
    paid = methods.card_of(tx, intent["payment_method"]).debit == "succeeded"
    if paid:
        payments.succeed(tx, config, intent, tx.need("charge", intent["latest_charge"]))
    else:
        payments.fail_debit(tx, intent)
    facts = tx.private(intent_id)
    if "invoice" in facts:
        collecting.ended(tx, facts["invoice"], paid=paid)
    if "session" in facts:
        checkout_pay.end_late(tx, tx.need(checkout.KIND, facts["session"]), paid=paid)
