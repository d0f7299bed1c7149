"""What is logged while canaries are about: everything, as the house writes it."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from kernel.logs.line import Discreet
from tests.attacks.canaries.places import Place


class Log:
    """All that was logged, down to the last detail that a program may be asked for."""

    def __init__(self) -> None:
        self.stream = StringIO()

    def place(self) -> Place:
        """Return it as a place to search."""
        return "log", self.stream.getvalue().encode()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """Every line of every logger, as the house's formatter writes it; some tools of the tests switch loggers off."""
    for one in logging.root.manager.loggerDict.values():
        if isinstance(one, logging.Logger):
            monkeypatch.setattr(one, "disabled", False)
    kept, root = Log(), logging.getLogger()
    handler, level = logging.StreamHandler(kept.stream), root.level
    handler.setFormatter(Discreet())
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)
