"""gunicorn, below Django: it names addresses and paths in its log, and repeats to a client what it could not read."""

import socket
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger
from gunicorn.http import errors
from gunicorn.workers.gthread import ThreadWorker

from kernel.logs.frames import name_of
from kernel.logs.line import Discreet
from kernel.logs.told import Told

REFUSALS: dict[type[Exception], tuple[int, str]] = {
    errors.LimitRequestLine: (414, "URI Too Long"),
    errors.LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    errors.ExpectationFailed: (417, "Expectation Failed"),
    errors.UnsupportedTransferCoding: (501, "Not Implemented"),
    errors.ForbiddenProxyRequest: (403, "Forbidden"),
}


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's logger with our formatter, and no access log whatever the command line says."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up and give each the one formatter."""
        super().setup(cfg)
        self.access_log.handlers.clear()
        self.access_log.disabled = True
        for handler in self.error_log.handlers:
            handler.setFormatter(Discreet())

    def access(self, *args: Any, **kwargs: Any) -> None:
        """Write nothing: no address of a visitor is to be stored anywhere."""


class QuietWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's worker of threads. It answers what it cannot read with a status, and with none of it."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that failed before Django saw it, or in spite of Django."""
        if isinstance(exc, errors.ParseException):
            status, reason = REFUSALS.get(type(exc), (400, "Bad Request"))
            self.log.warning("a request could not be read: %s", Told(name_of(type(exc))))
        else:
            status, reason = 500, "Internal Server Error"
            self.log.error("Error handling request", exc_info=exc)
        try:
            util.write_error(client, status, reason, "")
        except OSError:  # the client is gone
            self.log.debug("the client is gone")
