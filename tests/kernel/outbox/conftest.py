"""Handlers for one test: registered, and gone again afterwards."""

from collections.abc import Callable, Iterator

import pytest

from kernel.outbox.registry import HANDLERS, handles

Register = Callable[..., None]


@pytest.fixture
def handler() -> Iterator[Register]:
    """Return a function that registers a handler for a kind until the test ends."""
    kinds: list[str] = []

    def register(kind: str, function: Callable[[str], None], **options: int) -> None:
        handles(kind, **options)(function)
        kinds.append(kind)

    yield register
    for kind in kinds:
        del HANDLERS[kind]
