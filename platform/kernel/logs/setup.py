"""Putting the allow-list in place: a configuration that goes around it stops the start."""

import logging
import logging.config
import sys
import threading
import warnings
from types import TracebackType
from typing import Any, TextIO

from kernel.logs.frames import name_of, place
from kernel.logs.line import Discreet
from kernel.logs.told import Told

FORMATTER = f"{Discreet.__module__}.{Discreet.__qualname__}"
HANDLERS = {"logging.StreamHandler", "logging.NullHandler"}

logger = logging.getLogger(__name__)


class LooseTongue(ValueError):
    """A configuration of logs would let something past the allow-list; the message says what."""


def check(config: dict[str, Any]) -> None:
    """Raise LooseTongue unless every handler of a `dictConfig` writes to a stream through the one formatter."""
    for name, formatter in config.get("formatters", {}).items():
        if formatter != {"()": FORMATTER}:
            raise LooseTongue(f"LOGGING: the formatter {name} must be {{'()': '{FORMATTER}'}} and nothing else.")
    for name, handler in config.get("handlers", {}).items():
        if handler.get("class") not in HANDLERS:
            raise LooseTongue(f"LOGGING: the handler {name} must be one of {', '.join(sorted(HANDLERS))}.")
        if handler.get("formatter") not in config.get("formatters", {}):
            raise LooseTongue(f"LOGGING: the handler {name} must name a formatter.")


def loose_handlers() -> list[tuple[logging.Logger, logging.Handler]]:
    """Return the handlers of named loggers that write in words of their own, with the loggers they hang on."""
    known = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return [
        (one, handler)
        for one in known
        for handler in one.handlers
        if not isinstance(handler.formatter, Discreet) and not isinstance(handler, logging.NullHandler)
    ]


def configure(config: dict[str, Any]) -> None:
    """Configure logging as Django's LOGGING_CONFIG: check, apply, and take down what libraries put up by themselves.

    Raises LooseTongue.
    """
    check(config)
    logging.config.dictConfig(config)
    for one, handler in loose_handlers():
        one.removeHandler(handler)
        one.propagate = True  # to the root, whose handler is ours


def configure_and_catch(config: dict[str, Any]) -> None:
    """Configure logging for production, where whatever escapes is told without its words as well.

    Uncaught errors of programs, threads and commands, and warnings, go through the same formatter.
    """
    configure(config)
    logging.raiseExceptions = False  # else a line that cannot be written is printed with all that it was made of
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warned


def _uncaught(kind: type[BaseException], error: BaseException, tb: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logger.critical("an error was caught by nobody", exc_info=(kind, error, tb))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    logger.warning("%s at %s", Told(name_of(category)), Told(place(filename, lineno)))
