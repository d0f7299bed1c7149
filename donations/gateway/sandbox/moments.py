"""Whose time it is: a customer with a test clock lives at its frozen moment, with all that is theirs."""

from collections.abc import Iterator
from contextlib import contextmanager

from donations.gateway.sandbox.store import Tx

CLOCK = "test_helpers.test_clock"


@contextmanager
def of_customer(tx: Tx, customer_id: str | None) -> Iterator[None]:
    """Do what is inside at the customer's moment. While their clock is being advanced, that moment is set already."""
    customer = tx.get("customer", customer_id or "")
    clock = tx.get(CLOCK, customer["test_clock"] or "") if customer else None
    if clock is None or tx.clock:
        yield
        return
    with tx.at_moment(clock["frozen_time"], clock["id"]):
        yield
