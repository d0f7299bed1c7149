"""Sending an open form as a person does: with the stamp of the page, some seconds later."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import time_machine

from kernel.guard.riddle import solved
from kernel.guard.stamps import new_stamp, read_stamp


def stamped(
    form: str, words: dict[str, Any] | None = None, *, seconds: float = 5, worked: bool = False
) -> dict[str, Any]:
    """Return `words` with the stamp of a page that was opened `seconds` ago; with `worked`, its riddle solved."""
    with time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds), tick=False):
        stamp = new_stamp(form)
    return {"opened": stamp, "proof": solution(stamp) if worked else "", **(words or {})}


def solution(stamp: str) -> str:
    """Return what solves the riddle of a stamp."""
    read = read_stamp(stamp, stamp.split(".")[0])
    assert read is not None
    return next(str(n) for n in count() if solved(stamp, str(n), read.bits))
