"""What is written past every log: a child process that dies prints its error itself, in full."""

import io
import logging
import sys
import time

logger = logging.getLogger(__name__)
QUIET = 1.0  # seconds in which further lines belong to the same outburst


class Withheld(io.TextIOBase):
    """Stands in for stderr and lets no word through; says in the log that somebody tried."""

    def __init__(self) -> None:
        super().__init__()
        self._last = -QUIET

    def writable(self) -> bool:
        """Say yes: whoever prints must not fail."""
        return True

    def write(self, text: str) -> int:
        """Drop the text; one line in the log stands for a whole outburst."""
        now = time.monotonic()
        if text.strip() and now - self._last > QUIET:
            logger.error("something was printed past the log and is withheld")
        self._last = now if text.strip() else self._last
        return len(text)


def close_stderr() -> None:
    """From here on let only the log speak: for programs that nobody sits in front of.

    Handlers that were made before keep the real stderr.
    """
    sys.stderr = Withheld()
