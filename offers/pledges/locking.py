"""One deed at a time on a pledge."""

from datetime import datetime
from typing import Any

from kernel.states import Refusal, move
from offers.pledges.models import Pledge


def locked(pledge: Pledge) -> Pledge:
    """Return the pledge as the database has it now, locked until the caller's transaction ends."""
    return Pledge.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pledge.pk)


def only_while(pledge: Pledge, *states: str) -> None:
    """Raise Refusal `illegal_transition` unless the pledge is in one of the states: others may not do this at all."""
    if pledge.status not in states:
        raise Refusal(
            "illegal_transition",
            f"This is {pledge.status}: that is done only while it is {' or '.join(states)}.",
            state=str(pledge.status),
            legal=list(pledge.moves.legal(pledge.status)),
        )


def moved(pledge: Pledge, *, to: str, by: str, at: datetime, why: str = "", **also: Any) -> Pledge:
    """Move a locked pledge and raise its version, with further column values. Raises Refusal `illegal_transition`."""
    move(pledge, to=to, by=by, at=at, why=why, also={"version": pledge.version + 1, **also})
    return pledge


def save(pledge: Pledge, *fields: str, at: datetime) -> None:
    """Save the named columns of a locked pledge, with a new version and time."""
    pledge.version += 1
    pledge.updated_at = at
    pledge.save(update_fields=[*fields, "version", "updated_at"])
