"""How gunicorn's threads serve a connection that stays open."""

import select
from typing import Any

from kernel.logs.web_server import QuietWorker

STAY_MS = 20


class StayingWorker(QuietWorker):
    """A worker whose threads stay with a connection for a moment after they answered.

    gunicorn hands each connection back after every answer, through a pipe, a poller and a queue; for small answers that
    takes a tenth of the time. Whoever asks again at once finds the thread still there. It stays only while there is a
    thread for each open connection, so that nobody waits for one that does nothing.
    """

    def handle(self, conn: Any) -> Any:
        """Answer a request of `conn`, and those that come right after it; return whether the connection stays open."""
        kept = super().handle(conn)
        while kept is True and self._stays() and _asks_again(conn):
            kept = super().handle(conn)
        return kept

    def _stays(self) -> bool:
        return bool(self.alive and self.nr_conns <= self.cfg.threads and not self.cfg.is_ssl)


def _asks_again(conn: Any) -> bool:
    """Whether a next request comes, or came along with the last."""
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(conn.parser.unreader.buf.getvalue() or poll.poll(STAY_MS))
