"""What happens by itself later: sessions expire, debits and slow refunds end, gifts renew. Restarts lose no timer."""

from collections.abc import Callable

from donations.gateway.sandbox import (
    checkout,
    disputes,
    paying_late,
    payments,
    payouts,
    refunds,
    renewals,
    subscribing,
)
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Store, Tx

_BATCH = 100
Deed = Callable[[Tx, Config, str], None]
_DEEDS: dict[str, Deed] = {
    "expire_session": checkout.run_out,
    "end_debit": paying_late.end_debit,
    "book_charge": payments.book_charge,
    "end_refund": refunds.end_refund,
    "open_dispute": disputes.open_for_card,
    "decide_dispute": disputes.decide,
    "dispute_due": disputes.run_out,
    "arrive_payout": payouts.arrive,
    "renew": renewals.renew,
    "finalize_invoice": renewals.finalize,
    "retry_invoice": renewals.retry,
    "resume_collection": renewals.resume,
    "expire_incomplete": subscribing.expire_incomplete,
}
_HURRIED = ("end_debit", "book_charge", "end_refund", "open_dispute", "decide_dispute", "arrive_payout")


def fire_due(store: Store, config: Config, *, hurry: bool = False) -> int:
    """Do what is due, each in a transaction of its own, and return how much that was.

    In a `hurry` what a bank decides is due now, whatever its hour: debits, refunds, books, disputes, arrivals.
    """
    hurried = ", ".join(f"'{deed}'" for deed in _HURRIED)
    with store.read() as tx:
        rows = tx.con.execute(
            f"SELECT id, deed, object_id FROM alarms WHERE clock = '' AND due <= ? OR (? AND deed IN ({hurried}))"  # noqa: S608 - names written here
            " ORDER BY due, id LIMIT ?",
            (tx.now, hurry, _BATCH),
        ).fetchall()
    for alarm, deed, object_id in rows:
        with store.write() as tx:
            if tx.con.execute("DELETE FROM alarms WHERE id = ?", (alarm,)).rowcount:
                _DEEDS[deed](tx, config, object_id)
    return len(rows)


def run_until(tx: Tx, config: Config, moment: float, clock: str = "") -> int:
    """Do, in this transaction, all that one clock brings until `moment`, each at its hour; return how much that was."""
    done = 0
    while row := tx.con.execute(
        "SELECT id, due, deed, object_id FROM alarms WHERE clock = ? AND due <= ? ORDER BY due, id LIMIT 1",
        (clock, moment),
    ).fetchone():
        alarm, due, deed, object_id = row
        tx.con.execute("DELETE FROM alarms WHERE id = ?", (alarm,))
        with tx.at_moment(due, clock):
            _DEEDS[deed](tx, config, object_id)
        done += 1
    return done
