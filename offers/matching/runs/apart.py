"""A solver in a process of its own, and another one that sits by it.

A solver lets nobody in between, not even another thread of its own process: the signs of life would stop while it is
at work. So the process that was started for a run only sits by. It gives the signs of life, ends the solver when the
run is no longer wanted, and knows at once when the solver has died.
"""

import ctypes
import multiprocessing
import os
import signal
import time
from collections.abc import Callable

from django.db import DatabaseError, connections

from offers.matching.runs.beating import EVERY_SECONDS, Beat, Over

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>


def done_apart(work: Callable[[], None], *, beat: Beat, seconds: float) -> bool:
    """Have `work` done by a child, for so many seconds and no longer; return whether it came to its end.

    It did not if the child was killed or failed, took too long, or if whoever started this process is gone. The child
    is gone in any case when this returns. Raises Over if the run is no longer this process's.
    """
    connections.close_all()  # a connection is not shared by two processes
    starter, until = os.getppid(), time.monotonic() + seconds
    child = multiprocessing.get_context("fork").Process(target=_bound, args=(work, os.getpid()))
    child.start()
    try:
        while child.exitcode is None and os.getppid() == starter and (left := until - time.monotonic()) > 0:
            _alive(beat)
            child.join(min(EVERY_SECONDS, left))  # returns at once when it ends
        return child.exitcode == 0
    except Over:
        child.join(EVERY_SECONDS)  # its plan may just have been written
        raise
    finally:
        child.kill()
        child.join()


def _bound(work: Callable[[], None], parent: int) -> None:
    """Do the work, and die with the process that sits by: without it nobody knows whether the run is still wanted."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == parent:  # else it went before we asked
        work()


def _alive(beat: Beat) -> None:
    try:
        beat.alive()
    except DatabaseError:
        connections.close_all()  # it may be back before this run counts as dead
