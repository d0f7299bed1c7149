"""`sync_schedules`: the worker's schedule is that of the code."""

import ast
import json
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

from kernel.outbox import every
from kernel.outbox.queue import RUN
from kernel.outbox.registry import REPEATED
from kernel.outbox.schedules import sync_schedules

pytestmark = pytest.mark.django_db


def test_it_writes_each_once_however_often_it_runs() -> None:
    names = sync_schedules()
    assert sync_schedules() == names
    assert {"outbox sweep", "audit sealer"} <= set(names)
    assert sorted(Schedule.objects.values_list("name", flat=True)) == names
    sweep = Schedule.objects.get(name="outbox sweep")
    assert (sweep.func, sweep.minutes, sweep.schedule_type) == (RUN, 1, Schedule.MINUTES)


def test_every_scheduled_task_can_be_found() -> None:
    sync_schedules()
    for args in Schedule.objects.values_list("args", flat=True):
        (task,) = ast.literal_eval(args)
        assert callable(import_string(task))


def test_it_removes_what_the_code_forgot_and_leaves_what_is_not_ours() -> None:
    Schedule.objects.create(name="old sweep", func=RUN, args="('gone.task',)")
    Schedule.objects.create(name="theirs", func="somewhere.else")
    sync_schedules()
    assert not Schedule.objects.filter(name="old sweep").exists()
    assert Schedule.objects.filter(name="theirs").exists()


def test_it_follows_a_change() -> None:
    sync_schedules()
    Schedule.objects.filter(name="outbox sweep").update(minutes=7, args="('x',)")
    sync_schedules()
    assert Schedule.objects.get(name="outbox sweep").minutes == 1


def test_one_name_is_one_task() -> None:
    with pytest.raises(ImproperlyConfigured):
        every(2, "kernel.outbox.drain.drain", name="outbox sweep")
    with pytest.raises(ImproperlyConfigured):
        every(0, "kernel.outbox.drain.drain", name="too often")
    assert "too often" not in REPEATED


def test_the_command_says_what_runs() -> None:
    out = StringIO()
    call_command("sync_schedules", "--json", stdout=out)
    assert {"name": "outbox sweep", "minutes": 1} in json.loads(out.getvalue())
    out = StringIO()
    call_command("sync_schedules", stdout=out)
    assert "every 1 min: outbox sweep" in out.getvalue()
