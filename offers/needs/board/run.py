"""What the schedule calls."""

from django.utils import timezone

from offers.needs.board.release import release_due
from offers.needs.deeds import expire_overdue


def release_now() -> None:
    """Decide the current slot if it is due. Called every ten minutes; nobody can make it decide twice."""
    release_due(at=timezone.now())


def expire_now() -> None:
    """End needs whose time is over."""
    expire_overdue(at=timezone.now())
