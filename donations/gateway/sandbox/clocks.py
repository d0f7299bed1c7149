"""Test clocks: time that stands still until it is told to go on, for one customer; and the time of all others."""

from donations.gateway.sandbox import events, timers
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError, invalid, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.moments import CLOCK
from donations.gateway.sandbox.store import Json, Store

_DAY = 24 * 60 * 60
_LONGEST_STEP = 2 * 366 * 24 * 60 * 60
_KEPT = 30 * 24 * 60 * 60


def create(call: Call) -> Json:
    """Answer POST /v1/test_helpers/test_clocks."""
    clock = call.tx.put(
        {
            "id": new_id("clock"),
            "object": CLOCK,
            "created": int(call.tx.wall),
            "deletes_after": int(call.tx.wall) + _KEPT,
            "frozen_time": call.params["frozen_time"],
            "livemode": False,
            "name": call.params.get("name"),
            "status": "ready",
            "status_details": {},
        }
    )
    events.emit(call.tx, "test_helpers.test_clock.created", clock)
    return clock


def advance(call: Call) -> Json:
    """Answer POST /v1/test_helpers/test_clocks/{id}/advance. It says `advancing`; asked again, it is ready."""
    clock, target = _known(call), call.params["frozen_time"]
    if target <= clock["frozen_time"]:
        raise invalid("A clock can only be advanced to a future time.", "frozen_time")
    if target - clock["frozen_time"] > _LONGEST_STEP:
        raise invalid("A clock can be advanced by two years at a time.", "frozen_time")
    under_way = {**clock, "frozen_time": target, "status": "advancing"}
    under_way["status_details"] = {"advancing": {"target_frozen_time": target}}
    events.emit(call.tx, "test_helpers.test_clock.advancing", under_way)
    timers.run_until(call.tx, call.config, target, clock["id"])
    ready = call.tx.put({**clock, "frozen_time": target})
    events.emit(call.tx, "test_helpers.test_clock.ready", ready)
    return under_way


def delete(call: Call) -> Json:
    """Answer DELETE /v1/test_helpers/test_clocks/{id}: its customers and what is to come for them go too."""
    clock = _known(call)
    for customer in call.tx.find("customer", test_clock=clock["id"]):
        call.tx.drop(customer["id"])
    call.tx.con.execute("DELETE FROM alarms WHERE clock = ?", (clock["id"],))
    call.tx.drop(clock["id"])
    events.emit(call.tx, "test_helpers.test_clock.deleted", clock)
    return {"id": clock["id"], "object": CLOCK, "deleted": True}


def begin(store: Store, config: Config) -> None:
    """Let the time of a state that is new lie back as asked; what has begun keeps its own."""
    with store.write() as tx:
        if not tx.has_begun():
            tx.advance(-config.behind * _DAY)


def advance_all(store: Store, config: Config, seconds: float) -> Json:
    """Move the time of all that has no test clock, and do what that brings, in its order.

    Returns how much was `done`, and the moment it is `now`, in seconds since 1970.
    """
    with store.write() as tx:
        target = tx.now + seconds
        done = timers.run_until(tx, config, target)
        tx.advance(seconds)
    return {"done": done, "now": target}


def _known(call: Call) -> Json:
    clock = call.tx.get(CLOCK, call.object_id)
    if clock is None:
        raise no_such("test clock", call.object_id)
    if clock["status"] != "ready":
        raise ApiError("The test clock is advancing.", status=429, kind="rate_limit_error")
    return clock
