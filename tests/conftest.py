"""What every test stands on: its own database, strict clients, and no way off this machine."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
from django.core.cache import caches
from django.core.management.commands import flush
from django.db import connections
from django.utils import translation

from kernel.outbox.queue import forget_what_waits
from tests import migrated
from tests.emptying import empty
from tests.guard import StrictApiClient, StrictClient, stay_on_loopback

stay_on_loopback()


# what pytest-django opens the database for; it keeps every other test from it
ASKING = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the same tests run on a second database, only those need to that ask it."""
    parser.addoption("--asking", action="store_true", help="leave out the tests that ask no database")


def _asks(item: pytest.Item) -> bool:
    """Whether the database makes a difference to a test."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "sqlite", "postgresql"))
    return marked or not ASKING.isdisjoint(getattr(item, "fixturenames", ()))


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to test another database than the one that was asked for."""
    wanted = os.environ.get("TEST_DATABASE")
    vendor = connections["default"].vendor
    if wanted not in (None, vendor):
        raise pytest.UsageError(
            f"TEST_DATABASE={wanted}, but DATABASE_URL leads to {vendor}: "
            'for PostgreSQL set DATABASE_URL="$(python -m tests.postgres)".'
        )


def pytest_sessionstart(session: pytest.Session) -> None:
    """See that there is a migrated database to copy."""
    migrated.make(connections["default"])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other database, and with `--asking` those of none, and say how many."""
    vendor = connections["default"].vendor
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[vendor]
    asking = config.getoption("asking")
    elsewhere = [item for item in items if item.get_closest_marker(other) or (asking and not _asks(item))]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        left_out = set(elsewhere)
        items[:] = [item for item in items if item not in left_out]
    # what was given more time than others goes first among its like, which pytest-django then puts in their order:
    # begun last, it would run while the other processes have nothing
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector forget all that is loaded by now, which no test throws away."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the database that lies there; `django_db_modify_db_settings` lays it, and takes it away."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Lay a copy of the migrated database where this process has its own."""
    with migrated.laid_out(connections["default"]):
        yield


@pytest.fixture(autouse=True, scope="session")
def _empty_what_was_written() -> Iterator[None]:
    """Between transactional tests empty the tables that have rows, past the append-only triggers."""
    original = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        empty(connections[options["database"]])

    flush.Command.handle = handle  # type: ignore[method-assign]
    yield
    flush.Command.handle = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _english() -> None:
    """Begin in English: a Russian page leaves its language in the thread, where the next test would find it."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _nobody_came_before() -> None:
    """Begin with empty buckets in memory; those in the database are rolled back with everything else."""
    caches["buckets"].clear()


@pytest.fixture(autouse=True)
def _nothing_waits_yet() -> None:
    """Begin without knowing of any wake-up: that of the last test was rolled back."""
    forget_what_waits()


@pytest.fixture(autouse=True, scope="session")
def _stripe_is_asked_again_at_once() -> Iterator[None]:
    """Ask a peer that does not answer as often as ever, without its library's half second before each time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
        yield


@pytest.fixture
def client() -> StrictClient:
    """A visitor's browser without JavaScript; a GET that writes fails the test."""
    return StrictClient()


@pytest.fixture
def api_client() -> StrictApiClient:
    """A partner's program; a GET that writes fails the test."""
    return StrictApiClient()
