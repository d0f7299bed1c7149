"""What time brings to a subscription: a new period, its invoice an hour later, another attempt, the end of a pause."""

from donations.gateway.sandbox import collecting, invoices, subscriptions
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Json, Tx

_DRAFT_FOR = 60 * 60


def renew(tx: Tx, config: Config, subscription_id: str) -> None:
    """Begin the next period with a draft of its invoice, or end what was to end with this one."""
    subscription = tx.get(subscriptions.KIND, subscription_id)
    if subscription is None or subscription["status"] in subscriptions.OVER:
        return
    if subscription["cancel_at_period_end"]:
        subscriptions.end(tx, subscription, "cancellation_requested")
        return
    item = subscriptions.item_of(subscription)
    start = item["current_period_end"]
    end = subscriptions.next_moment(subscription, item["price"], start)
    renewed = subscriptions.with_item(subscription, {**item, "current_period_start": start, "current_period_end": end})
    tx.at(end - tx.now, "renew", subscription_id)
    invoice = invoices.draft(tx, renewed, "subscription_cycle")
    subscriptions.change(tx, subscription, items=renewed["items"], latest_invoice=invoice["id"])
    if paused := subscription["pause_collection"]:
        _put_off(tx, config, invoice, paused["behavior"])
        return
    tx.put({**invoice, "automatically_finalizes_at": int(tx.now) + _DRAFT_FOR})
    tx.at(_DRAFT_FOR, "finalize_invoice", invoice["id"])


def finalize(tx: Tx, config: Config, invoice_id: str) -> None:
    """Fix the amount of a draft and try to collect it."""
    invoice = tx.get(invoices.KIND, invoice_id)
    if invoice and invoice["status"] == "draft":
        opened = invoices.finalize(tx, config, {**invoice, "automatically_finalizes_at": None})
        collecting.attempt(tx, config, opened)


def retry(tx: Tx, config: Config, invoice_id: str) -> None:
    """Try once more."""
    invoice = tx.get(invoices.KIND, invoice_id)
    if invoice and invoice["status"] == "open":
        collecting.attempt(tx, config, invoice)


def resume(tx: Tx, config: Config, subscription_id: str) -> None:
    """End a pause whose last day has come."""
    subscription = tx.get(subscriptions.KIND, subscription_id)
    if subscription and subscription["pause_collection"]:
        subscriptions.change(tx, subscription, pause_collection=None)


def _put_off(tx: Tx, config: Config, invoice: Json, behavior: str) -> None:
    """Ask for nothing while collection is paused."""
    if behavior == "keep_as_draft":
        tx.put({**invoice, "auto_advance": False})
        return
    opened = invoices.finalize(tx, config, invoice)
    invoices.put_away(tx, opened, "void" if behavior == "void" else "uncollectible")
