"""What the schedule calls."""

from django.utils import timezone

from offers.needs.board.release import release_due


def release_now() -> None:
    """Decide the current slot if it is due. Called every ten minutes; nobody can make it decide twice."""
    release_due(at=timezone.now())
