"""What is loaded when a process begins to serve is looked at by the garbage collector no more."""

import gc
from collections.abc import Callable

import pytest
from django_q.signals import post_spawn

from waystation import gunicorn


def _set_aside_by(begin: Callable[[], object]) -> int:
    """Return how many objects a process sets aside when it begins, of a thousand that were made meanwhile and more."""
    before, made = gc.get_freeze_count(), [[] for _ in range(1000)]
    begin()
    assert len(made) == 1000
    return gc.get_freeze_count() - before


def test_a_worker_sets_it_aside_when_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.outbox.watching.WATCHED", {})
    assert _set_aside_by(lambda: post_spawn.send(sender="django_q", proc_name="one")) >= 1000


def test_a_web_server_sets_it_aside_when_it_begins() -> None:
    assert _set_aside_by(lambda: gunicorn.post_worker_init(object())) >= 1000
