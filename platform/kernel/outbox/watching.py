"""What every process of the worker looks after beside its tasks: a thread for each watch, as long as the process lives.

The schedule comes round once a minute at most, and half a minute late; some things are promised within the minute.
"""

import logging
import threading
import time
from typing import Any

from django.db import connections
from django.utils.module_loading import import_string

from kernel.outbox.failures import log_failure
from kernel.outbox.registry import WATCHED

logger = logging.getLogger(__name__)


def begin_watching(**_told: Any) -> None:
    """Start the threads. The worker calls this in each of its processes."""
    for task, seconds in WATCHED.items():
        threading.Thread(target=_watch, args=(task, seconds), daemon=True, name=task).start()


def _watch(task: str, seconds: float) -> None:
    while task in WATCHED:
        time.sleep(seconds)
        look(task)


def look(task: str) -> None:
    """Run the function at the dotted path `task` once. Raises nothing: failures are logged without their messages."""
    try:
        import_string(task)()
    # a database that is away for a while ends no watch
    except Exception as error:
        log_failure(logger, task, error)
    finally:
        connections.close_all()  # those of this thread: none lies idle between two looks
