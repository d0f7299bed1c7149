"""People who decide, and standard input."""

import io

import pytest

from kernel.accounts.models import Member
from tests.factories.organisations import make_member


@pytest.fixture
def typed(monkeypatch):
    """Type a line, as somebody at the terminal would."""
    return lambda line: monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))


@pytest.fixture
def coordinator(db: None) -> Member:
    """One who asks."""
    return make_member(role="coordinator")


@pytest.fixture
def approver(db: None) -> Member:
    """One who approves."""
    return make_member(role="approver")
