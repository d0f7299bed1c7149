"""One line of a log, made of nothing but what is on the list."""

import logging
import re
from datetime import date, timedelta

from kernel.ids import ID_LENGTH
from kernel.logs.frames import account, place
from kernel.logs.known import KNOWN
from kernel.logs.told import WITHHELD, Told

# the linter keeps our own messages constant: everything that varies is an argument
OURS = ("waystation", "kernel", "donations", "offers", "api")
# these two write the address of a request into their message, and it may be somebody's private link
_OF_REQUESTS = ("django.request", "django.security")
_ID = re.compile(rf"[a-z]{{2,4}}_[a-z2-7]{{{ID_LENGTH}}}")
_LOGGER = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+){0,9}", re.ASCII)


def _below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def shown(value: object) -> object:
    """Return a value if a log may hold it (a number, a time, an id of ours, a word that is vouched for), or a mark."""
    if value is None or type(value) in (bool, int, float, Told) or isinstance(value, (date, timedelta)):
        return value
    if isinstance(value, str) and _ID.fullmatch(value):
        return str(value)
    return WITHHELD


def _filled_in(template: str, args: object) -> str:
    """Return a template with those of its arguments that may be shown."""
    if isinstance(args, dict):
        return template % {key: shown(value) for key, value in args.items()}
    if isinstance(args, tuple) and args:
        return template % tuple(shown(value) for value in args)
    return template


def sentence(record: logging.LogRecord) -> str:
    """Return what a record may say.

    Our own messages and those of others that are known are told, with what may be shown; of a request its id and
    status; of anything else, where in the code it was said.
    """
    if _below(record.name, _OF_REQUESTS):
        request = shown(getattr(getattr(record, "request", None), "request_id", WITHHELD))
        return f"request {request} answered {shown(getattr(record, 'status_code', WITHHELD))}"
    if isinstance(record.msg, str) and (_below(record.name, OURS) or record.msg in KNOWN):
        try:
            return _filled_in(str(record.msg), record.args)
        except (TypeError, ValueError, KeyError):  # a number was wanted, and a mark was there
            pass
    return f"{WITHHELD} said at {place(record.pathname, record.lineno)}"


class Discreet(logging.Formatter):
    """Writes time, level, logger, sentence, and errors without their words. It takes no format: there is one."""

    def __init__(self) -> None:
        super().__init__()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and a line for each kind and frame of an error. Nothing else of the record is looked at."""
        name = record.name if _LOGGER.fullmatch(record.name) else WITHHELD
        line = f"{self.formatTime(record)} {logging.getLevelName(record.levelno)} {name} {sentence(record)}"
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        return f"{line}\n{account(error)}" if error else line
