"""A need whose match is over is looked after again. How long it has waited is not forgotten."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from kernel import audit
from kernel.states import move
from offers.needs.models import Need, NeedStatus

SHORTEST_WINDOW = timedelta(days=7)


def reopen_need(*, need: Need, by: str, at: datetime, why: str) -> Need:
    """Open a need again, with the waiting time it had. Call it with the row locked, in the match's transaction.

    Where a match both sides had agreed to broke down and its first day has passed, the need is looked for from today
    on: it would expire at once otherwise, and the person who has just lost a room would drop out unseen.
    """
    also = {"version": need.version + 1}
    if need.status == NeedStatus.MATCHED:
        also |= _from_today(need, at)
    move(need, to=NeedStatus.OPEN, by=by, at=at, why=why, also=also)
    audit.record(by, "need.reopened", need.pk, reason=why, fields=sorted(set(also) - {"version"}), at=at)
    return need


def _from_today(need: Need, at: datetime) -> Mapping[str, Any]:
    today = at.date()
    if need.window_from >= today:
        return {}
    until = max(need.window_until, today + max(need.window_until - need.window_from, SHORTEST_WINDOW))
    expires_at = max(need.expires_at, datetime.combine(until, time(), tzinfo=UTC))
    return {"window_from": today, "window_until": until, "expires_at": expires_at}
