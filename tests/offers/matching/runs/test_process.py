"""The process that makes a plan, killed at any moment: nothing is held, and the next one finishes."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kernel.accounts.models import Organisation
from offers.matching.runs import jobs
from offers.matching.runs.asking import ask_for_run
from offers.matching.runs.beating import DEAD_AFTER
from offers.matching.runs.models import Assignment, MatchingRun
from offers.models import Hold, Match
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator
from tests.factories.pledges import make_pledge
from tests.kernel.outbox.test_worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST = 120.0


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker on the test database would hand to the processes it starts."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "waystation.settings.demo")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("SECRET_KEY", settings.SECRET_KEY)
    monkeypatch.chdir(settings.ROOT)


@pytest.fixture
def operator() -> Organisation:
    house = make_operator()
    for _ in range(20):
        make_need(house)
        make_pledge(house)
    return house


def nothing_is_half(run: MatchingRun) -> None:
    """A plan is there whole or not at all, and nobody holds anything for it."""
    run.refresh_from_db()
    assert Assignment.objects.filter(run=run).count() == (20 if run.status == "succeeded" else 0)
    assert not Match.objects.exists()
    assert not Hold.objects.exists()


def survives(operator: Organisation, wait: float) -> None:
    """Kill the process after so many seconds; sweep; the worker starts another, which makes the plan."""
    run = ask_for_run(organisation=operator, by="client:op", at=timezone.now())
    first = subprocess.Popen([sys.executable, "-m", "django", "make_plan", run.pk], stdout=subprocess.DEVNULL)
    time.sleep(wait)
    first.send_signal(signal.SIGKILL)
    first.wait(LONGEST)
    nothing_is_half(run)
    if run.status == "running":
        assert jobs.sweep_runs(timezone.now() + DEAD_AFTER * 2) == 1
    if run.status != "succeeded":
        jobs.start_run(run.pk)
        assert jobs._started[-1].wait(LONGEST) == 0
    nothing_is_half(run)
    assert run.status == "succeeded"


def test_it_survives_kill_at_any_moment(operator: Organisation) -> None:
    survives(operator, random.Random(1).uniform(0.5, 3))


@pytest.mark.chaos
def test_it_survives_kill_at_many_moments(operator: Organisation) -> None:
    draw = random.Random(2)
    for _ in range(25):
        survives(operator, draw.uniform(0.2, 4))
