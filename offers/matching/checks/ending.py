"""Checks end with the help they are about."""

from datetime import datetime

from offers.matching.checks.models import PlacementCheck
from offers.matching.models import Match


def end_checks(match: Match, *, at: datetime) -> int:
    """Ask nothing any more about a match that is over, in the caller's transaction; return how many had waited."""
    return PlacementCheck.objects.open().filter(match=match).update(ended_at=at)


def told_checks(match: Match, *, side: str) -> list[dict[str, object]]:
    """Return what one side was asked about a match and what it answered, as plain JSON."""
    return [
        {"due": check.due_on, "asked": check.asked_at, "answer": check.answer or None, "answered": check.answered_at}
        for check in PlacementCheck.objects.filter(match=match, side=side)
    ]
