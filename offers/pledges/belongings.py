"""What hangs on an offer and lies elsewhere: whoever keeps such a thing says here how it goes, and what it is."""

from collections.abc import Callable
from typing import Any

from offers.pledges.models import Pledge

Forget = Callable[[Pledge], int]
Show = Callable[[Pledge], Any]

FORGETS: dict[str, Forget] = {}
SHOWS: dict[str, Show] = {}


def belongs(name: str, *, forget: Forget, show: Show | None = None) -> None:
    """Register something that belongs to a pledge, such as `photos`.

    `forget` takes it away for good, in the caller's transaction, and returns how many there were; it may run twice.
    `show` returns, as plain JSON, what the provider is told we hold; never a contact.
    """
    FORGETS[name] = forget
    if show is not None:
        SHOWS[name] = show
