"""What a log may say: where something failed and in which request, never what somebody wrote or where they were."""

import copy
import logging
import traceback
from types import TracebackType

# these two write the address of a request into their message, and it may be somebody's private link
_OF_REQUESTS = ("django.request", "django.security")
_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Leaves out addresses of requests, and the words of exceptions: databases quote whole rows in theirs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a request is named by its id and status alone."""
        record = copy.copy(record)
        record.exc_text = None  # another handler may have written it in full, and logging would take that over
        if record.name.startswith(_OF_REQUESTS):
            named = getattr(getattr(record, "request", None), "request_id", "?")
            record.msg, record.args = "request %s answered %s", (named, getattr(record, "status_code", "?"))
        return super().format(record)

    def formatException(self, ei: _Error) -> str:  # noqa: N802 - the name is logging's
        """Return the kind of every exception in the chain, and its frames."""
        kind, error, _frames = ei
        if kind is None or error is None:
            return ""
        lines = []
        while error is not None:
            lines.append(f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()
