"""A matching run from the database to the written plan, beside the bare solver on ready arrays, and SciPy's objective.

With `LONG=1` in the environment 100,000 needs × 200,000 pledges as well: half an hour by itself on two cores.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench import plenty
from bench.databases import analysed
from bench.needs import organisations
from bench.rows import Row
from offers.matching.runs.asking import ask_for_run
from offers.matching.runs.models import Assignment
from offers.models import Need, Pledge

# needs, pledges, countries (the fewer, the more pairs fit), rounds
SIZES = ((10_000, 20_000, 25, 3),)
LONG = (100_000, 200_000, 520, 1)
MOST_TIMES, MOST_GIB = 3.0, 1.5


def measure() -> Iterator[Row]:
    """Yield, for each size: the time beside the solver's, its parts, the objective beside SciPy's, and the memory."""
    for needs, pledges, countries, rounds in (*SIZES, *((LONG,) if os.environ.get("LONG") else ())):
        yield from _measured(needs, pledges, countries, rounds)


def _measured(needs: int, pledges: int, countries: int, rounds: int) -> Iterator[Row]:
    told = _planned(needs, pledges, countries, rounds)
    what, edges = f"run {needs // 1000}k × {pledges // 1000}k", told["edges"]
    ours, bare = statistics.median(told["ours"]), statistics.median(told["bare"])
    goal = f"≤ {MOST_TIMES:g} × the solver"
    yield Row(f"{what}: to the written plan", edges, ours, "s", goal, ours <= MOST_TIMES * bare, bare, "bare OR-Tools")
    for part in ("read", "digest", "asked"):
        yield Row(f"{what}: of it, {part}", edges, told[part], "s", "–", met=True)
    best = told["ours_worth"] == told["scipy_worth"] == told["worth"] and told["proven"]
    points = told["ours_worth"], told["scipy_worth"]
    yield Row(f"{what}: worth of the plan", edges, points[0], "points", "that of SciPy", best, points[1], "SciPy")
    yield Row(f"{what}: memory", edges, told["peak_gib"], "GiB", f"< {MOST_GIB:g} GiB", told["peak_gib"] < MOST_GIB)


def _planned(needs: int, pledges: int, countries: int, rounds: int) -> dict[str, Any]:
    """Write a world, have it planned in a process of its own, and take it away again."""
    at = timezone.now()
    owners = organisations(4)
    there = plenty.countries(countries)
    with transaction.atomic():
        Assignment.objects.all().delete()
        Need.objects.all().delete()
        Pledge.objects.all().delete()
        plenty.needs(needs, owners, there, at=at)
        plenty.pledges(pledges, owners, there, at=at)
    analysed()
    runs = [ask_for_run(organisation=owners[0], by="system", at=at, time_limit_s=600) for _ in range(rounds)]
    connection.close()
    program = [sys.executable, "-m", "bench.planned", *(run.pk for run in runs)]
    done = subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
