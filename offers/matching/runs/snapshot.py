"""What a run sees: open needs and active pledges as facts, their versions, and a digest of all of it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.db import transaction
from django.db.models import Q

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.models import Match
from offers.matching.reading import (
    NEED_COLUMNS,
    NEED_SHAPES,
    PLEDGE_COLUMNS,
    PLEDGE_SHAPES,
    needs_facts,
    pledges_facts,
)
from offers.matching.rows import plain_rows
from offers.matching.runs.linked import links_of
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.proposals import movable, proposals_in
from offers.needs.models import Need
from offers.pledges.models import Pledge


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Facts in the order of their ids, and the version of each row they were read from.

    Needs with an open proposal are among them, and what these hold counts as free; `proposals` has the matches by need.
    `bundles_left_out`: how many bundles wait for a member that is not in the run.
    """

    needs: tuple[NeedFacts, ...]
    pledges: tuple[PledgeFacts, ...]
    versions: dict[str, int]
    proposals: dict[str, Match] = field(default_factory=dict)
    bundles_left_out: int = 0

    @property
    def digest(self) -> str:
        """SHA-256 over every fact: the same facts give the same digest on every machine."""
        told = hashlib.sha256()
        for facts, rows in ((NeedFacts, self.needs), (PledgeFacts, self.pledges)):
            for one in fields(facts):
                told.update(_told([getattr(row, one.name) for row in rows]).encode())
        return told.hexdigest()


@transaction.atomic
def snapshot_of(run: MatchingRun) -> Snapshot:
    """Read what the run is about, as things stand now; the number of queries does not grow."""
    needs = list(plain_rows(needs_in(run).order_by("pk"), NEED_COLUMNS, NEED_SHAPES))
    proposals = proposals_in(run)
    kinds = {need.kind for need in (*needs, *(match.need for match in proposals))}
    pledges = list(plain_rows(pledges_in(run, kinds).order_by("pk"), PLEDGE_COLUMNS, PLEDGE_SHAPES))
    offered = pledges_facts(pledges, letting_go={match.pk for match in proposals})
    open_ones = movable(run, proposals, offered)
    if len(open_ones.matches) < len(proposals):  # the others go on holding their units
        offered = pledges_facts(pledges, letting_go={match.pk for match in open_ones.matches})
    links = links_of(needs)
    facts = sorted((*links.heeded(needs_facts(needs)), *open_ones.needs), key=lambda need: need.id)
    rows = (*needs, *(match.need for match in open_ones.matches), *pledges)
    return Snapshot(
        tuple(facts),
        tuple(offered),
        {row.id: row.version for row in rows},
        {match.need_id: match for match in open_ones.matches},
        len(links.waiting),
    )


def needs_in(run: MatchingRun) -> Any:
    """Return the needs a run plans for."""
    wanted = Need.objects.open()
    if run.kinds:
        wanted = wanted.filter(kind__in=run.kinds)
    if run.needs_named is not None:
        wanted = wanted.filter(pk__in=run.needs_named)
    return wanted


def pledges_in(run: MatchingRun, kinds: Iterable[str]) -> Any:
    """Return the pledges of these kinds that a run may give away."""
    there = Q(country__in=run.countries) if run.countries else Q()
    return Pledge.objects.active(run.as_of).filter(there, kind__in=kinds)


def _told(column: Sequence[Any]) -> str:
    """Write one fact of all rows down.

    Without the brackets, but for counts by age band: digests that are kept were made so.
    """
    words = _WORDS.encode(column)
    return words if column and isinstance(column[0], dict) else f"{words[1:-1]};"


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value.isoformat()


_WORDS = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_plain)
