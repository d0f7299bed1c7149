"""What the worker does for runs: start a process for each, apply what was asked for, and take up what has died."""

import subprocess
import sys
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kernel import audit
from kernel.outbox import enqueue, handles
from kernel.states import move
from offers.matching.runs.applying import APPLY, apply_for
from offers.matching.runs.asking import START
from offers.matching.runs.beating import DEAD_AFTER
from offers.matching.runs.models import MatchingRun, RunStatus

ATTEMPTS = 2
NOT_TAKEN_UP = timedelta(seconds=30)
LOOK_SECONDS = 5.0
SECONDS_TO_APPLY = 20.0  # a drain lives for half a minute; the rest is promised again
SYSTEM = "system"
_started: list[subprocess.Popen[bytes]] = []


@handles(START)
def start_run(run_id: str) -> None:
    """Start the process that makes the plan. A process of its own: solvers take memory, and cannot be interrupted."""
    if MatchingRun.objects.filter(pk=run_id, status=RunStatus.QUEUED).exists():
        _started[:] = [one for one in _started if one.poll() is None]  # those that ended are let go
        program = [sys.executable, "-m", "django", "make_plan", run_id]
        _started.append(subprocess.Popen(program, stdin=subprocess.DEVNULL))  # noqa: S603 - an id of our own


@handles(APPLY)
def apply_run(run_id: str) -> None:
    """Go on applying a plan, and promise the rest again while some of it is left."""
    run = MatchingRun.objects.get(pk=run_id)
    if run.applied_at is None and not apply_for(run, seconds=SECONDS_TO_APPLY):
        enqueue(APPLY, run.pk)


def sweep_runs(at: datetime | None = None) -> int:
    """Take up again, or give up, every run whose process has died; return how many. Every worker looks often."""
    now = at or timezone.now()
    dead = MatchingRun.objects.filter(status=RunStatus.RUNNING, beat_at__lte=now - DEAD_AFTER)
    lost = MatchingRun.objects.filter(status=RunStatus.QUEUED, updated_at__lte=now - NOT_TAKEN_UP)
    found = [*dead.values_list("pk", flat=True), *lost.values_list("pk", flat=True)]
    return sum(_take_up_again(pk, now) for pk in found)


@transaction.atomic
def hand_back(run: MatchingRun, *, at: datetime) -> bool:
    """Let another process make the plan, since this one cannot; False if the run is no longer this attempt's."""
    now = MatchingRun.objects.select_for_update().get(pk=run.pk)
    if now.status != RunStatus.RUNNING or now.attempts != run.attempts:
        return False
    _again_or_never(now, at)
    return True


@transaction.atomic
def _take_up_again(run_id: str, at: datetime) -> bool:
    run = MatchingRun.objects.select_for_update().get(pk=run_id)
    if run.status == RunStatus.QUEUED and run.updated_at <= at - NOT_TAKEN_UP:
        MatchingRun.objects.filter(pk=run.pk).update(updated_at=at)
        enqueue(START, run.pk)
        return True
    if run.status != RunStatus.RUNNING or run.beat_at is None or run.beat_at > at - DEAD_AFTER:
        return False  # it gave a sign of life while we waited for the lock
    _again_or_never(run, at)
    return True


def _again_or_never(run: MatchingRun, at: datetime) -> None:
    """Queue a run whose process died, unless it has killed enough of them."""
    if run.attempts >= ATTEMPTS:
        give_up(run, why="process_died", at=at)
        return
    move(run, to=RunStatus.QUEUED, by=SYSTEM, at=at, why="process_died", also={"beat_at": None, "progress": 0})
    enqueue(START, run.pk)


@transaction.atomic
def give_up(run: MatchingRun, *, why: str, at: datetime) -> None:
    """Mark a run as failed, with a code that says why."""
    move(run, to=RunStatus.FAILED, by=SYSTEM, at=at, why=why, also={"error": why, "beat_at": None})
    audit.record(SYSTEM, "run.failed", run.pk, reason=why, at=at)
