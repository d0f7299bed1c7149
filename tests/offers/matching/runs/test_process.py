"""The processes that make a plan, killed at any moment: nothing is held, nothing half, and the next one finishes."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.outbox.registry import WATCHED
from offers.matching.runs import jobs
from offers.matching.runs.apart import done_apart
from offers.matching.runs.asking import ask_for_run, cancel_run
from offers.matching.runs.beating import DEAD_AFTER, Beat, Over
from offers.matching.runs.carrying import take_up
from offers.matching.runs.models import Assignment, MatchingRun
from offers.models import Hold, Match
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.kernel.outbox.test_worker import Start, seconds_until, worker
from tests.kills import KILLED, Nursery, database_url

__all__ = ["worker"]  # a fixture

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST = 120.0
MAKING = "tests.offers.matching.runs.test_process:make_plan"


def make_plan(run: str) -> None:
    """What the worker has a process do."""
    call_command("make_plan", run, stdout=StringIO())


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker on the test database would hand to the processes it starts."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "waystation.settings.demo")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.chdir(settings.ROOT)


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def operator() -> Organisation:
    house = make_operator()
    for _ in range(20):
        make_need(house)
        make_pledge(house)
    return house


def asked(operator: Organisation) -> MatchingRun:
    return ask_for_run(organisation=operator, by="client:op", at=timezone.now())


def nothing_is_half(run: MatchingRun) -> None:
    """A plan is there whole or not at all, and nobody holds anything for it."""
    run.refresh_from_db()
    assert Assignment.objects.filter(run=run).count() == (20 if run.status == "succeeded" else 0)
    assert not Match.objects.exists()
    assert not Hold.objects.exists()


def survives(nursery: Nursery, operator: Organisation, wait: float) -> MatchingRun:
    """Kill the process that sits by after so many seconds, and with it the solver; the next makes the plan."""
    run = asked(operator)
    assert nursery.do(MAKING, after=wait, run=run.pk) in (0, KILLED)
    nothing_is_half(run)
    if run.status == "running":  # nobody is left who could have said so
        assert jobs.sweep_runs(timezone.now() + DEAD_AFTER * 2) == 1
    if run.status != "succeeded":
        assert nursery.do(MAKING, run=run.pk) == 0
    nothing_is_half(run)
    assert run.status == "succeeded"
    return run


def test_it_survives_kill_at_any_moment(nursery: Nursery, operator: Organisation) -> None:
    draw = random.Random(1)
    for _ in range(4):
        survives(nursery, operator, draw.uniform(0.01, 0.5))


def test_a_worker_starts_it_as_a_process_of_its_own(operator: Organisation) -> None:
    run = asked(operator)
    jobs.start_run(run.pk)
    assert jobs._started[-1].wait(LONGEST) == 0
    nothing_is_half(run)
    assert (run.status, run.attempts) == ("succeeded", 1)


def _children() -> list[int]:
    told = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(one) for one in told.read_text().split()]


def killing_what_comes() -> Thread:
    """Kill the next child of this process as soon as it is there."""
    known = set(_children())

    def kill() -> None:
        while not (new := set(_children()) - known):
            time.sleep(0.001)
        os.kill(new.pop(), signal.SIGKILL)

    thread = Thread(target=kill, daemon=True)
    thread.start()
    return thread


def test_who_sits_by_a_dead_solver_queues_the_run_again_at_once(operator: Organisation) -> None:
    run, thread = asked(operator), killing_what_comes()
    make_plan(run.pk)
    thread.join(LONGEST)
    nothing_is_half(run)
    assert (run.status, run.attempts) == ("queued", 1)
    make_plan(run.pk)
    nothing_is_half(run)
    assert (run.status, run.attempts) == ("succeeded", 2)


def test_a_solver_that_dies_twice_is_not_tried_again(operator: Organisation) -> None:
    run = asked(operator)
    for _ in range(jobs.ATTEMPTS):
        thread = killing_what_comes()
        make_plan(run.pk)
        thread.join(LONGEST)
    nothing_is_half(run)
    assert (run.status, run.error) == ("failed", "process_died")


def sat_by(operator: Organisation, work: Callable[[], None], *, seconds: float = LONGEST) -> bool:
    run = take_up(asked(operator).pk, at=timezone.now())
    assert run is not None
    return done_apart(work, beat=Beat(run), seconds=seconds)


def _stay() -> None:
    time.sleep(LONGEST)


def test_a_solver_that_fails_or_takes_too_long_has_not_come_to_its_end(operator: Organisation) -> None:
    assert sat_by(operator, lambda: None)
    assert not sat_by(operator, lambda: os._exit(3))
    began = time.monotonic()
    assert not sat_by(operator, _stay, seconds=0.1)
    assert time.monotonic() - began < LONGEST / 2


def test_a_canceled_run_ends_its_solver_in_mid_work(operator: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offers.matching.runs.apart.EVERY_SECONDS", 0.1)
    run = take_up(asked(operator).pk, at=timezone.now())
    assert run is not None
    cancel_run(run=run, by="client:op", at=timezone.now())
    known = _children()
    with pytest.raises(Over):
        done_apart(_stay, beat=Beat(run), seconds=LONGEST)
    assert _children() == known


def test_it_is_taken_up_again_within_a_minute_even_if_nobody_sat_by() -> None:
    """The last sign of life, when it counts as dead, when somebody looks: and as much again for a busy machine."""
    assert DEAD_AFTER.total_seconds() + jobs.LOOK_SECONDS <= 30
    assert jobs.NOT_TAKEN_UP.total_seconds() + jobs.LOOK_SECONDS <= 40
    assert WATCHED["offers.matching.runs.jobs.sweep_runs"] == jobs.LOOK_SECONDS


@pytest.mark.chaos
def test_it_survives_kill_at_many_moments(nursery: Nursery, operator: Organisation) -> None:
    draw = random.Random(2)
    interrupted = sum(survives(nursery, operator, draw.uniform(0.001, 0.6)).attempts > 1 for _ in range(60))
    assert interrupted > 5


@pytest.mark.chaos
def test_a_worker_takes_up_again_within_a_minute_what_was_killed(operator: Organisation, worker: Start) -> None:
    """By the clock on the wall, with a worker: who sits by is killed, so that nobody is left to say so."""
    worker()
    run = asked(operator)
    seconds_until(lambda: len(at_work(run.pk)) > 1, LONGEST)
    os.kill(at_work(run.pk)[0], signal.SIGKILL)
    nothing_is_half(run)
    seconds_until(lambda: MatchingRun.objects.filter(pk=run.pk, status="succeeded").exists(), 60)
    nothing_is_half(run)


def at_work(run_id: str) -> list[int]:
    """The processes of a run, the one that sits by first."""
    found = []
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if told.read_bytes().split(b"\0")[-3:-1] == [b"make_plan", run_id.encode()]:
                found.append(int(told.parent.name))
    return sorted(found)
