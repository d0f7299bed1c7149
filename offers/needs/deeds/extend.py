"""It is still needed: give a need more time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.states import IllegalMove, Refusal
from offers.needs.deeds.locking import locked, must_be_as_read
from offers.needs.models import Need, NeedStatus
from offers.needs.terms import FURTHEST_WINDOW

EXTENSIONS = (7, 14, 30)  # days
LOOKED_FOR = (NeedStatus.IN_REVIEW, NeedStatus.OPEN)


@transaction.atomic
def extend_need(*, need: Need, days: int, by: str, at: datetime, version: int | None = None) -> Need:
    """Let a need stand `days` longer (one of EXTENSIONS), counted from its end, or from now if that has passed.

    The stay may then begin on any day up to the new end; a first day that has passed becomes today. Nothing else of it
    changes, and days say nothing about a person, so it stays open and keeps its waiting time. `version` is the one
    that was read. Raises Refusal `invalid_choice`, `window_too_far`, `stale`, and `illegal_transition` unless it waits
    for its second person or is open.
    """
    if days not in EXTENSIONS:
        choices = ", ".join(map(str, EXTENSIONS))
        raise Refusal("invalid_choice", _("Choose one of %(choices)s days.") % {"choices": choices}, "days")
    need = locked(need)
    must_be_as_read(need, version)
    if need.status not in LOOKED_FOR:
        raise IllegalMove(
            f"This need is {need.status}: its time is extended as {', '.join(LOOKED_FOR)} alone.",
            state=need.status,
            legal=list(need.moves.legal(need.status)),
        )
    expires_at = max(need.expires_at, at) + timedelta(days=days)
    if expires_at - at > FURTHEST_WINDOW:
        raise Refusal("window_too_far", _("Plan at most two years ahead."), "days")
    Need.objects.filter(pk=need.pk).update(
        expires_at=expires_at,
        window_from=max(need.window_from, at.date()),
        window_until=max(need.window_until, expires_at.date()),
        updated_at=at,
        version=need.version + 1,
    )
    need.refresh_from_db()
    audit.record(by, "need.extended", need.pk, fields=["expires_at", "window"], at=at)
    return need
