"""Bookings under contention: thirty-two workers, ten thousand attempts, and nothing given twice.

The peer is check-then-insert, as it is written everywhere: it reads whether the need is open and a unit is free, judges
the same rules, and then writes the same rows (match, hold, counts, histories, trail) in one transaction. It takes no
lock before it looks, and the database's last lines against double booking are taken down while it runs. How often it
gave something twice is told beside its speed.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection, transaction

from bench.databases import analysed
from bench.rows import Row
from kernel import audit
from kernel.states import Refusal, move
from offers.matching import holds
from offers.matching.models import Hold, Match, MatchStatus
from offers.matching.reading import need_facts, pledges_facts
from offers.matching.rules import ask, feasible
from offers.matching.score import components, total
from offers.models import Need, NeedStatus, Pledge
from offers.pledges.capacity import busy_units
from tests.offers.matching.contention import (
    DONE,
    LOCK_ERROR,
    Attempt,
    Outcome,
    crowd,
    doubled,
    oversold,
    proposed,
    scene,
    untrue,
)
from tests.offers.matching.rows import NOW, TODAY

ATTEMPTS, ROUNDS = 10_000, 2  # each round has half of them
PROCESSES, THREADS = 4, 8
WITHIN = 1.3
MOST_LOCK_ERRORS = 0.001
OVERLAP = import_module("offers.migrations.0002_hold_overlap")
ONE_LIVE = next(one for one in Match._meta.constraints if one.name == "offers_match_one_live_a_need")


def booked_naively(attempt: Attempt) -> None:
    """Check, then insert."""
    need, pledge = Need.objects.get(pk=attempt.need), Pledge.objects.get(pk=attempt.pledge)
    question = ask(need_facts(need), pledges_facts([pledge])[0], today=TODAY)
    if not feasible(question):
        raise holds.taken()
    if need.status != NeedStatus.OPEN:
        raise Refusal("illegal_transition", "This need is not open.")
    parts = components(question)
    start, end = question.span
    busy = busy_units(question.pledge.held, start, end)
    unit = next(unit for unit in range(1, pledge.units_total + 1) if unit not in busy)
    with transaction.atomic():
        match = Match.objects.create(
            need=need, pledge=pledge, status=MatchStatus.PROPOSED, units=1, starts_on=start, ends_on=end,
            score=total(parts.values()), components=parts, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        match.keep_history(old="", new=MatchStatus.PROPOSED, by="user:1", at=NOW, why="")
        Hold.objects.create(match=match, pledge=pledge, unit=unit, starts_on=start, ends_on=end)
        Pledge.objects.filter(pk=pledge.pk).update(units_held=len(busy) + 1, version=pledge.version + 1, updated_at=NOW)
        try:
            move(need, to=NeedStatus.HELD, by="user:1", at=NOW, also={"version": need.version + 1})
        except Refusal:  # compare-and-swap is not what a naive one does: it overwrites
            need.keep_history(old="open", new="held", by="user:1", at=NOW, why="")
        audit.record("user:1", "match.proposed", match.pk, at=NOW)


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the last lines down for the block. Whatever is live at its end is put to rest, and they stand again."""
    with connection.schema_editor() as editor:
        OVERLAP.backwards(None, editor)
        editor.remove_constraint(Match, ONE_LIVE)
    yield
    at_rest()
    with connection.schema_editor() as editor:
        editor.add_constraint(Match, ONE_LIVE)
        OVERLAP.forwards(None, editor)


def at_rest() -> None:
    """Let nothing be live, and nobody wait: the next scene begins for itself."""
    Hold.objects.filter(live=True).update(live=False)
    Match.objects.live().update(status=MatchStatus.EXPIRED)
    Need.objects.filter(status__in=(NeedStatus.OPEN, NeedStatus.HELD)).update(status=NeedStatus.WITHDRAWN)
    Pledge.objects.update(units_held=0)


def _round(seed: int) -> tuple[Outcome, int, Outcome, int]:
    """Return how it went for ours and for the peer, each with how many were given twice."""
    attempts = scene(ATTEMPTS // ROUNDS, seed=seed)
    analysed()
    ours = crowd(attempts, proposed, processes=PROCESSES, threads=THREADS)
    wrong = oversold() + doubled() + len(untrue())
    at_rest()
    attempts = scene(ATTEMPTS // ROUNDS, seed=seed)
    analysed()
    with unguarded():
        peer = crowd(attempts, booked_naively, processes=PROCESSES, threads=THREADS)
        twice = oversold() + doubled()
    return ours, wrong, peer, twice


def measure() -> Iterator[Row]:
    """Yield the speed beside the peer's, what was given twice, and what failed instead of being refused."""
    ours, peer, wrong, twice = Outcome(), Outcome(), 0, 0
    for seed in range(1, ROUNDS + 1):
        one, one_wrong, other, other_twice = _round(seed)
        ours, peer, wrong, twice = ours + one, peer + other, wrong + one_wrong, twice + other_twice
    sys.stderr.write(f"ours {dict(ours.counts)}, peer {dict(peer.counts)} … ")
    speed, naive = ours.attempts / ours.seconds, peer.attempts / peer.seconds
    what, who = f"bookings: {PROCESSES * THREADS} workers", "check-then-insert"
    yield Row(what, ours.attempts, speed, "/s", f"≥ 1/{WITHIN} of the peer", speed * WITHIN >= naive, naive, who)
    yield Row(f"{what}, given twice", ours.attempts, wrong, "", "0", wrong == 0, twice, who)
    failed = ours.counts[LOCK_ERROR] / ours.attempts
    yield Row(f"{what}, lock errors", ours.attempts, 100 * failed, "%", "< 0.1 %", failed < MOST_LOCK_ERRORS)
    refused = ours.attempts - ours.counts[DONE] - ours.counts[LOCK_ERROR]
    yield Row(f"{what}, refused with a code", ours.attempts, refused, "", "the others", refused > 0)
