"""Promises kept later: rows written in the caller's transaction, carried out by the worker soon after.

A row is a kind and an id, nothing else. A wake-up may get lost; the minute sweep finds the row.
"""

from kernel.outbox.failures import GiveUp, TryAgain
from kernel.outbox.queue import enqueue, enqueue_each, wake
from kernel.outbox.registry import every, handles, often

__all__ = ["GiveUp", "TryAgain", "enqueue", "enqueue_each", "every", "handles", "often", "wake"]
