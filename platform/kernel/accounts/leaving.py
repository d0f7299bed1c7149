"""Who has to know when a person stops working here: rooms above this one register, and are told in the transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from kernel.accounts.members import Member


class Listener(Protocol):
    """What is called when a member stops. `for_good` is False for a suspension, from which the person may return.

    It runs in the transaction of the deed: what it raises, a Refusal among it, undoes the leaving. It may run twice.
    """

    def __call__(self, member: Member, *, by: str, at: datetime, for_good: bool) -> None:
        """React to `member` having stopped; `by` is the opaque actor."""


LISTENERS: list[Listener] = []


def on_leave(function: Listener) -> Listener:
    """Register a function (in AppConfig.ready, or as a decorator) that is told of every member who stops."""
    if function not in LISTENERS:
        LISTENERS.append(function)
    return function


def tell_of_leaving(member: Member, *, by: str, at: datetime, for_good: bool) -> None:
    """Call everyone who registered, in order. Raises what they raise."""
    for listener in LISTENERS:
        listener(member, by=by, at=at, for_good=for_good)


Refuse = Callable[[Member], None]
ROLE_GUARDS: list[Refuse] = []


def before_changing_group(function: Refuse) -> Refuse:
    """Register a function that raises a Refusal if this member may not go to another key group, or out of one, now."""
    if function not in ROLE_GUARDS:
        ROLE_GUARDS.append(function)
    return function


def check_group_change(member: Member) -> None:
    """Ask everyone who registered whether this member may change the key group. Raises their Refusal."""
    for guard in ROLE_GUARDS:
        guard(member)
