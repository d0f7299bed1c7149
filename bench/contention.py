"""Bookings under contention: thirty-two workers, ten thousand attempts, and nothing given twice.

The peer is check-then-insert, as it is written everywhere: it reads whether the need is open and a unit is free, judges
the same rules, and then writes the same rows (match, hold, counts, histories, trail) in one transaction. It takes no
lock before it looks, and the database's last lines against double booking are taken down while it runs. How often it
gave something twice is told beside its speed.
"""

import sys
from collections import Counter
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
CODES = ("capacity_taken", "illegal_transition")  # a 409 each, and what the loser of a race is told
OVERSOLD, DOUBLED, UNTRUE = "offers oversold", "needs with two live matches", "counts that are not true"
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


def _wrong() -> Counter[str]:
    """Count what must not be, by the name that the table gives it."""
    return Counter({OVERSOLD: oversold(), DOUBLED: doubled(), UNTRUE: len(untrue())})


def _round(seed: int) -> tuple[Outcome, Counter[str], Outcome, Counter[str]]:
    """Return how it went for ours and for the peer, each with what is wrong afterwards."""
    attempts = scene(ATTEMPTS // ROUNDS, seed=seed)
    analysed()
    ours = crowd(attempts, proposed, processes=PROCESSES, threads=THREADS)
    wrong = _wrong()
    at_rest()
    attempts = scene(ATTEMPTS // ROUNDS, seed=seed)
    analysed()
    with unguarded():
        peer = crowd(attempts, booked_naively, processes=PROCESSES, threads=THREADS)
        peers_wrong = _wrong()
    return ours, wrong, peer, peers_wrong


def measure() -> Iterator[Row]:
    """Yield the speed beside the peer's, what was given twice, and what every loser was told."""
    ours, peer, wrong, peers_wrong = Outcome(), Outcome(), Counter[str](), Counter[str]()
    for seed in range(1, ROUNDS + 1):
        one, one_wrong, other, other_wrong = _round(seed)
        ours, peer, wrong, peers_wrong = ours + one, peer + other, wrong + one_wrong, peers_wrong + other_wrong
    sys.stderr.write(f"ours {dict(ours.counts)}, peer {dict(peer.counts)} … ")
    speed, naive = ours.attempts / ours.seconds, peer.attempts / peer.seconds
    what, who = f"bookings: {PROCESSES * THREADS} workers", "check-then-insert"
    yield Row(what, ours.attempts, speed, "/s", f"≥ 1/{WITHIN} of the peer", speed * WITHIN >= naive, naive, who)
    for name in (OVERSOLD, DOUBLED, UNTRUE):
        yield Row(f"{what}, {name}", ours.attempts, wrong[name], "", "0", not wrong[name], peers_wrong[name], who)
    failed = ours.counts[LOCK_ERROR] / ours.attempts
    yield Row(f"{what}, lock errors", ours.attempts, 100 * failed, "%", "< 0.1 %", failed < MOST_LOCK_ERRORS)
    done, refused = ours.counts[DONE], sum(ours.counts[code] for code in CODES)
    rest = ours.attempts - done - ours.counts[LOCK_ERROR]
    yield Row(f"{what}, booked", ours.attempts, done, "", "> 0", done > 0, peer.counts[DONE], who)
    words = " or ".join(CODES)
    yield Row(f"{what}, refused with {words}", ours.attempts, refused, "", f"{rest:,}: all others", refused == rest)
