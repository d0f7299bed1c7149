"""How a handler says whether trying again makes sense, and how a failure is told without telling a secret."""

import logging
import re
import traceback

from kernel.logs import Told

CODE_LENGTH = 60


class TryAgain(Exception):
    """It may work later. `code` is a snake_case word; `after` the least number of seconds to wait."""

    def __init__(self, code: str, after: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.after = after


class GiveUp(Exception):
    """It will never work: the row is set aside at once, for a person to see. `code` is a snake_case word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def code_of(error: BaseException) -> str:
    """Return a snake_case word for any error: its own `code`, or its class name. Never its message."""
    own = getattr(error, "code", None)
    if isinstance(own, str) and re.fullmatch(r"[a-z][a-z0-9_]*", own):
        return own[:CODE_LENGTH]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", type(error).__name__).lower()[:CODE_LENGTH]


def log_failure(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log where an error came from. Its message stays out: databases and mail servers put values into it.

    `what` is made of words of the code and of ids.
    """
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(error.__traceback__)))
    logger.error("%s failed: %s at %s", Told(what), Told(code_of(error)), Told(places or "no frame"))
