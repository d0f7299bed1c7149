"""A release decision over 10,000 open needs, and the k it promises, measured again by pycanon.

The cases are the worst there are: everything appears at once, with and without delays to draw; nothing may appear;
everything appears beside a year of history, over which the invariant is asserted each time.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from bench.databases import analysed
from bench.needs import open_needs, organisations, wait_over
from bench.peers import python_with
from bench.rows import Row, in_turns, seconds
from kernel.accounts.models import Member, Organisation, User
from offers.models import Cohort, Need, PolicySignature, Publication, Release
from offers.needs.board.clock import current_slot
from offers.needs.board.policy import sign_policy
from offers.needs.board.release import release_due

OPEN = 10_000
ROUNDS = 3
MOST_SECONDS = 2.0
HISTORY_SLOTS = 52
LINES_A_SLOT = 200
AT = datetime(2026, 6, 3, 12, tzinfo=UTC)
PEER = "pycanon==1.0.3"
WORDS = ("kind_group", "zone", "party_band", "period")
# pycanon reads a table of words and says how many rows the rarest line shares: its k
ASK = """
import json, sys, time
import pandas
from pycanon import anonymity
told = json.load(open(sys.argv[1]))
frame = pandas.DataFrame(told["rows"], columns=told["words"])
began = time.perf_counter()
k = anonymity.k_anonymity(frame, told["words"])
print(json.dumps({"k": int(k), "seconds": time.perf_counter() - began}))
"""


def no_delay() -> timedelta:
    """Return no delay at all: who waits may appear at once."""
    return timedelta(0)


def _undone(do: Callable[[], object]) -> float:
    """Return how long something took, and take it back."""
    with transaction.atomic():
        took = seconds(do)
        transaction.set_rollback(True)
    return took


def _decide() -> None:
    """Decide the slot. Raises RuntimeError if there was nothing to decide: that would be measured as very fast."""
    decision = release_due(at=AT, delay=no_delay)
    if decision.reason:
        raise RuntimeError(f"The slot was not decided: {decision.reason}.")


def _sign(operator: Organisation) -> None:
    for number, role in enumerate(("coordinator", "approver")):
        user = User.objects.create_user(f"signer{number}@bench.invalid", "a long enough password")
        sign_policy(by=Member.objects.create(user=user, organisation=operator, role=role), at=AT)


def measure() -> Iterator[Row]:
    """Yield each case; of the plain one, the peer's figure too, and whether it finds the same k."""
    owners = organisations(4)
    _sign(owners[0])
    needs = open_needs(OPEN, owners, at=AT)
    analysed()
    yield _row("release: 10,000 delays drawn, all appear", *in_turns(ROUNDS, lambda: _undone(_decide)))
    wait_over(needs, at=AT)
    analysed()
    ours = in_turns(ROUNDS, lambda: _undone(_decide))[0]
    peer, same = _against_the_peer()
    yield _row("release: all 10,000 appear", ours, peer, same=same)
    with transaction.atomic():
        Need.objects.update(caseworker_ref="user:1")
        yield _row("release: 10,000 wait, none may appear", _undone(_decide))
        transaction.set_rollback(True)
    _history(owners)
    analysed()
    yield _row(f"release: all appear, {HISTORY_SLOTS} slots of history", *in_turns(ROUNDS, lambda: _undone(_decide)))


def _row(what: str, ours: float, peer: float | None = None, *, same: bool | None = None) -> Row:
    goal = f"≤ {MOST_SECONDS:g} s" if same is None else f"≤ {MOST_SECONDS:g} s, same k"
    return Row(what, OPEN, ours, "s", goal, ours <= MOST_SECONDS and same is not False, peer, "pycanon" if peer else "")


def _against_the_peer() -> tuple[float, bool]:
    """Return how long the peer takes to measure k over what appeared, and whether it is the k that we count."""
    with transaction.atomic():
        _decide()
        lines = Publication.objects.filter(cohort__release__released_at=AT)
        rows = list(lines.values_list(*(f"cohort__{word}" for word in WORDS)))
        counted = min(cohort.rows.values("household").distinct().count() for cohort in Cohort.objects.all())
        promised = max(Cohort.objects.values_list("k", flat=True))
        transaction.set_rollback(True)
    told = _ask({"words": WORDS, "rows": rows})
    return told["seconds"], told["k"] == counted >= promised


def _ask(table: dict[str, Any]) -> dict[str, Any]:
    """Let the peer measure a table."""
    program = python_with("pycanon", PEER)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(table, file)
        file.flush()
        done = subprocess.run([program, "-c", ASK, file.name], capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _history(owners: list[Organisation]) -> None:
    """Write a year of releases, each of `LINES_A_SLOT` lines of one class, of needs that are closed by now."""
    closed = open_needs(LINES_A_SLOT * 5, owners, at=AT, seed=2)
    Need.objects.filter(pk__in=closed).update(status="withdrawn")
    households = dict(Need.objects.filter(pk__in=closed).values_list("pk", "household"))
    now = current_slot(AT)
    PolicySignature.objects.update(since_slot=now - HISTORY_SLOTS)
    for slot in range(now - HISTORY_SLOTS, now):
        release = Release.objects.create(slot=slot, policy_version=1, released_at=AT)
        words = {"kind_group": "home", "zone": "any", "party_band": "any", "period": "any"}
        cohort = Cohort.objects.create(
            release=release, class_key="home", k=5, from_slot=slot, until_slot=slot + 1, **words
        )
        start = slot % 5 * LINES_A_SLOT
        Publication.objects.bulk_create(
            Publication(cohort=cohort, need_id=pk, household=households[pk])
            for pk in closed[start : start + LINES_A_SLOT]
        )
