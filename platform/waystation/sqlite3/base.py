"""Waiting for the one writer's place without being starved of it.

SQLite's own patience looks again every tenth of a second. Among many writers on a busy machine the place is free for a
moment at a time, and who looks so seldom can miss it for twenty seconds: measured, one attempt in a hundred of eight
workers failed so. Here the threads of a process stand in a line, and the first of it looks every few milliseconds, at
odd times; everybody's turn comes.

Nor does a single statement outside any transaction wait inside SQLite. There it would hold its connection's mutex,
which the garbage collector of whoever has the place may need, for a cursor of that connection that nobody holds any
more: both then wait for each other, for twenty seconds.
"""

import os
import random
import sqlite3
import threading
import time
from collections import defaultdict, deque
from typing import Any

from django.db.backends.sqlite3 import base

SHORTEST, LONGEST = 0.001, 0.005  # seconds between two looks


class Line:
    """The threads of this process that want to write to one database, first come first."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, patience: float) -> bool:
        """Wait for one's turn, for so many seconds at most; return whether it came."""
        with self._own:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=patience):
            return True
        with self._own:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # it came just now

    def leave(self) -> None:
        """Hand the turn to the next."""
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


LINES: defaultdict[str, Line] = defaultdict(Line)
os.register_at_fork(after_in_child=LINES.clear)  # those who stand in it are not here


class Cursor(base.SQLiteCursorWrapper):
    """Django's own, but what begins a transaction, or stands outside any, is tried again while the place is taken.

    Refused so, it has done nothing. Within a transaction nobody is waited for: the place is ours since it began. A
    statement for many rows at once (`executemany`) belongs into one: in between, some of them would be written.
    """

    patience: float = 0

    def execute(self, query: str, params: Any = None) -> Any:
        """Execute a statement. Raises OperationalError if the place was not free for as long as `timeout` says."""
        if query.startswith("PRAGMA wal_checkpoint"):
            return self._checkpoint(query)
        until = time.monotonic() + self.patience
        while True:
            try:
                return super().execute(query, params)
            except sqlite3.OperationalError as error:
                if self.connection.in_transaction or "locked" not in str(error) or time.monotonic() >= until:
                    raise
            time.sleep(random.uniform(SHORTEST, LONGEST))  # noqa: S311 - so that no two look in step

    def _checkpoint(self, query: str) -> Any:
        """Write the log back: that says it was busy, and does not fail, so SQLite itself waits for those who read."""
        self.connection.execute(f"PRAGMA busy_timeout = {round(1000 * self.patience)}")
        try:
            return super().execute(query)
        finally:
            self.connection.execute("PRAGMA busy_timeout = 0")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, apart from the beginning of a transaction, and what its end means for those who wait."""

    _line: Line | None = None  # while it is this connection's turn

    def _start_transaction_under_autocommit(self) -> None:
        """Stand in line, then begin. Raises OperationalError if the place was not free for that long."""
        line = LINES[str(self.settings_dict["NAME"])]
        if self._line is None and line.enter(self._patience):
            self._line = line
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # the stubs leave it out
        except BaseException:
            self._leave()
            raise

    @property
    def _patience(self) -> float:
        return float(self.settings_dict["OPTIONS"].get("timeout", 5))

    def init_connection_state(self) -> None:
        """Let SQLite never wait: we do."""
        super().init_connection_state()
        self.connection.execute("PRAGMA busy_timeout = 0")

    def create_cursor(self, name: str | None = None) -> "Cursor":
        """Return a cursor that waits outside SQLite."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.patience = self._patience
        return cursor

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc] # likewise
        finally:
            self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc] # likewise
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # likewise
        finally:
            self._leave()

    def _leave(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.leave()
