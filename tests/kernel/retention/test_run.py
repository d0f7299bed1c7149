"""The daily run: what is over goes, whole or not at all, and a command proves it."""

import io
import json
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.utils import timezone

from kernel.outbox.models import OutboxRow
from kernel.retention.running import due, run

pytestmark = pytest.mark.django_db(transaction=True)


def _promises(count: int, *, days: int, state: str = "done") -> None:
    at = timezone.now() - timedelta(days=days)
    OutboxRow.objects.bulk_create(
        OutboxRow(kind="test.kind", object_id=f"x{days}", created_at=at, due_at=at, state=state, done_at=at)
        for _ in range(count)
    )


def _overdue(at=None) -> dict[str, int]:
    return {tally.name: tally.overdue for tally in due(at or timezone.now()) if tally.overdue}


def _command(**options) -> dict:
    out = io.StringIO()
    call_command("retention", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_it_lets_go_of_what_is_older_than_its_term_and_nothing_else():
    _promises(3, days=31)
    _promises(2, days=29)
    _promises(1, days=400, state="waiting")
    run(timezone.now())
    assert OutboxRow.objects.filter(kind="test.kind").values_list("object_id", flat=True).order_by("pk").count() == 3
    assert not OutboxRow.objects.filter(object_id="x31").exists()


def test_a_dry_run_writes_nothing_and_says_how_many_and_how_old():
    _promises(3, days=31)
    (told,) = [one for one in _command(dry_run=True)["classes"] if one["name"] == "outbox.done"]
    assert (told["overdue"], told["days"], told["gone"]) == (3, 30, 0)
    assert told["oldest"].startswith(str((timezone.now() - timedelta(days=31)).date()))
    assert OutboxRow.objects.count() == 3


def test_verify_fails_before_the_run_and_holds_after_it():
    _promises(1, days=31)
    with pytest.raises(CommandError, match=r"outbox\.done"):
        _command(verify=True)
    assert _command()["ok"]
    assert _command(verify=True)["ok"]


def test_a_second_run_finds_nothing():
    _promises(250, days=31)
    at = timezone.now()  # what ends between the two runs is for a later one
    first, second = ({tally.name: tally.gone for tally in run(at)} for _ in range(2))
    assert first["outbox.done"] == 250
    assert not any(second.values())


def test_it_stops_in_time_and_goes_on_later():
    _promises(3, days=31)
    (left,) = [tally for tally in run(timezone.now(), until=0.0) if tally.name == "outbox.done"]
    assert (left.overdue, left.gone) == (3, 0)


def test_the_plain_command_tells_the_rules():
    out = io.StringIO()
    call_command("retention", dry_run=True, stdout=out)
    assert "offers.withdrawn: 0 older than 30 days" in out.getvalue()
    assert "audit: kept." in out.getvalue()


def test_the_cache_of_one_test_is_no_waste_of_the_next():
    caches["default"].set("earlier", "value", timeout=0.01)
    call_command("flush", interactive=False, verbosity=0)
    assert not _overdue(timezone.now() + timedelta(days=1))


def test_a_term_can_be_set(settings):
    _promises(1, days=10)
    settings.RETENTION_DAYS = {"outbox.done": 7}
    assert _overdue() == {"outbox.done": 1}


@pytest.mark.parametrize("days", [{"outbox.dome": 7}, {"audit": 7}, {"offers.unconfirmed": 1}])
def test_a_term_that_makes_no_sense_is_refused(settings, days):
    settings.RETENTION_DAYS = days
    with pytest.raises(SystemCheckError, match="RETENTION_DAYS"):
        call_command("check")


class Killed(BaseException):
    """The process ends here."""


def test_killed_at_any_statement_it_leaves_whole_rows_and_goes_on(settings):
    """Every write of a run, in turn, is the last one."""
    for last in range(1, 40):
        _promises(5, days=31)
        writes = 0

        def die(execute, sql, params, many, context, last=last):
            nonlocal writes
            writes += str(sql).startswith(("INSERT", "UPDATE", "DELETE"))
            if writes == last:
                raise Killed
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(die):
                run(timezone.now())
        except Killed:
            assert OutboxRow.objects.filter(object_id="x31").count() in (0, 5)
            run(timezone.now())
        assert not _overdue()
        if writes < last:
            return
    raise AssertionError("a run never came to its end")
