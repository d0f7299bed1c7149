"""Not asking at every request whether a connection lives.

Django asks before the first statement of each request, which costs as long as a small statement does: a third of what
an acknowledgement to Stripe asks the database. A connection that lived within the last second is believed to live.
A server that is back sooner than that costs each connection one request that fails, by which Django finds it out.
"""

import time

from django.db.backends.postgresql import base

BELIEVED = 1.0  # seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, apart from how often it is asked whether it lives."""

    _lived_at = float("-inf")

    def connect(self) -> None:
        """Connect; a new connection lives."""
        super().connect()
        self._lived_at = time.monotonic()

    def close_if_health_check_failed(self) -> None:
        """Let go of a connection that is dead, unless it is believed to live.

        Believed, it counts as asked: a transaction that has begun is never interrupted by the question.
        """
        if time.monotonic() - self._lived_at < BELIEVED:
            self.health_check_done = True
            return
        super().close_if_health_check_failed()
        self._lived_at = time.monotonic()
