"""One derivation at a time on the whole machine: each takes 128 MiB, and two would take the machine from the others."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_noop as _

from kernel.disclosure.unlocking import boot
from kernel.states import Refusal

PATIENCE = 3.0  # seconds; two derivations fit
A_LOOK = 0.05
# of a web process's threads, however many people unlock at once: the others go on serving
_queue = threading.BoundedSemaphore(3)


def _busy() -> Refusal:
    return Refusal("busy", _("Somebody else is unlocking just now: try again in a few seconds."), "passphrase")


def _take(handle: int) -> None:
    """Lock the file, or raise Refusal `busy`. The lock ends with the handle, even when the process is killed."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise _busy() from None
            time.sleep(A_LOOK)
        else:
            return


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait a moment for one's turn, and hold it for the block. Raises Refusal `busy`.

    Call it outside a transaction: nobody may wait for a row while somebody derives a key.
    """
    if not _queue.acquire(blocking=False):
        raise _busy()
    try:
        path = boot.place().with_name(f"{boot.place().name}.turn")
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            _take(handle)
            yield
        finally:
            os.close(handle)
    finally:
        _queue.release()
