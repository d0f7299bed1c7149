"""What happens by itself later: sessions expire, debits and slow refunds end, books follow. Restarts lose no timer."""

from donations.gateway.sandbox import checkout, payments, refunds
from donations.gateway.sandbox.cards import read_card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Store, Tx

_BATCH = 100


def fire_due(store: Store, config: Config, *, hurry: bool = False) -> int:
    """Do what is due, each in a transaction of its own, and return how much that was.

    In a `hurry` everything is due now but the end of sessions.
    """
    with store.read() as tx:
        rows = tx.con.execute(
            "SELECT id, deed, object_id FROM timers WHERE due <= ? OR (? AND deed <> 'expire_session')"
            " ORDER BY due LIMIT ?",
            (tx.now, hurry, _BATCH),
        ).fetchall()
    for timer, deed, object_id in rows:
        with store.write() as tx:
            if tx.con.execute("DELETE FROM timers WHERE id = ?", (timer,)).rowcount:
                _do(tx, config, deed, object_id)
    return len(rows)


def _do(tx: Tx, config: Config, deed: str, object_id: str) -> None:
    if deed == "expire_session":
        session = tx.get(checkout.KIND, object_id)
        if session and session["status"] == "open":
            checkout.close(tx, config, session)
    elif deed == "end_debit":
        payments.end_debit(tx, config, object_id, read_card(tx.private(object_id)["card"]))
    elif deed == "book_charge":
        payments.book_charge(tx, config, object_id)
    elif deed == "end_refund":
        refunds.end_refund(tx, config, object_id)
