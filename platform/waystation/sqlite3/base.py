"""Waiting for the one writer's place without being starved of it.

SQLite's own patience looks again every tenth of a second. Among many writers on a busy machine the place is free for a
moment at a time, and who looks so seldom can miss it for twenty seconds: measured, one attempt in a hundred of eight
workers failed so. Here the threads of a process stand in a line, and the first of it looks every few milliseconds, at
odd times; everybody's turn comes.
"""

import os
import random
import threading
import time
from collections import defaultdict, deque

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

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


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, apart from the beginning of a transaction, and what its end means for those who wait."""

    _line: Line | None = None  # while it is this connection's turn

    def _start_transaction_under_autocommit(self) -> None:
        """Begin, when the place is free. Raises OperationalError if it was not for as long as `timeout` says."""
        patience = float(self.settings_dict["OPTIONS"].get("timeout", 5))
        until = time.monotonic() + patience
        line = LINES[str(self.settings_dict["NAME"])]
        if self._line is None and line.enter(patience):
            self._line = line
        self._be_patient(0)
        try:
            while not self._begun(until):
                time.sleep(random.uniform(SHORTEST, LONGEST))  # noqa: S311 - so that no two look in step
        except BaseException:
            self._leave()
            raise
        finally:
            self._be_patient(patience)

    def _begun(self, until: float) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # the stubs leave it out
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
            return False
        return True

    def _be_patient(self, seconds: float) -> None:
        """Say how long SQLite itself waits: not while we do, but for a single statement outside any transaction."""
        self.connection.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")

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
