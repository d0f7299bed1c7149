"""Errors without their words: databases quote whole rows in theirs, parsers what they could not read."""

import re
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from kernel.logs.told import WITHHELD

HOUSE = Path(__file__).resolve().parents[3]
_ROOTS = [*(f"{sysconfig.get_path(name)}/" for name in ("purelib", "platlib", "stdlib")), f"{HOUSE}/"]
_NAME = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
_FILE = re.compile(r"(?:[\w.-]+/)*[\w-]+\.py|<[a-z ]{1,40}>", re.ASCII)
# the one message that is told: which variable a start was stopped by
_MISSING = re.compile(r"Set the ([A-Z][A-Z0-9_]{1,60}) environment variable")
MOST_FRAMES = 60
MOST_ERRORS = 20


def name_of(kind: type) -> str:
    """Return the name of a class, if it is one that a program has and no sentence."""
    return kind.__name__ if _NAME.fullmatch(kind.__name__) else WITHHELD


def place(path: str, line: int, function: str = "") -> str:
    """Return where in the code something is, below the house or the libraries."""
    for root in _ROOTS:
        path = path.removeprefix(root)
    where = f"{path.lstrip('/') if _FILE.fullmatch(path.lstrip('/')) else WITHHELD}:{line}"
    inner = function if re.fullmatch(r"<?[A-Za-z_]\w{0,79}>?", function, re.ASCII) else ""
    return f"{where} in {inner}" if inner else where


def frames(tb: TracebackType | None) -> list[str]:
    """Return the places that an error went through, outermost first, without a line of source or a value."""
    walked = traceback.StackSummary.extract(traceback.walk_tb(tb), limit=-MOST_FRAMES, lookup_lines=False)
    return [place(frame.filename, frame.lineno or 0, frame.name) for frame in walked]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, those inside it, and those that it came from; each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_ERRORS:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
        if isinstance(one, BaseExceptionGroup):
            waiting.extend(reversed(one.exceptions))


def account(error: BaseException | None) -> str:
    """Return the kind of every error in the chain with its frames, one to a line. No message is repeated."""
    lines = []
    for one in _chain(error):
        missing = _MISSING.match(str(one)) if type(one).__name__ == "ImproperlyConfigured" else None
        lines.append(name_of(type(one)) + (f": {missing[0]}" if missing else ""))
        lines += [f"  at {where}" for where in frames(one.__traceback__)]
    return "\n".join(lines)
