"""Which features pledges have together, and how many of a party's wishes each such set meets.

There are some hundreds of sets among a million pledges, so that it is soon said which of them meet a wish. They are
read off an index that is sorted by them: from each to the next, and no pledge is read.
"""

# ruff: noqa: S608 - every part of these statements is a constant of the house; what was asked is a parameter

import json
from collections import defaultdict
from typing import NamedTuple

from django.db import connection

from offers.matching.facts import NeedFacts
from offers.matching.statement import Statement

MOST = 400  # with more sets than these, telling them apart would take longer than it saves


class Wished(NamedTuple):
    """Pledges that meet `met` of the party's wishes: those whose verified features are one of `sets`; None: all."""

    met: int
    sets: tuple[str, ...] | None

    def condition(self, s: Statement) -> str:
        """Return what is true of them."""
        return "1 = 1" if self.sets is None else s.among("verified_features", self.sets)


def wished(need: NeedFacts) -> list[Wished]:
    """Return the pledges of the need's kind by how many wishes they meet, most first; not told apart without wishes or
    where there are too many sets (one query at most).
    """
    sets = _sets_of(need.kind) if need.prefers else []
    if not sets or len(sets) > MOST:
        return [Wished(len(need.prefers), None)]
    by_met = defaultdict(list)
    for said in sets:
        by_met[len(need.prefers.intersection(json.loads(said)))].append(said)
    return [Wished(met, tuple(by_met[met])) for met in sorted(by_met, reverse=True)]


def _sets_of(kind: str) -> list[str]:
    s = Statement(connection.vendor)
    active = f"SELECT verified_features FROM offers_pledge WHERE kind = {s.value(kind)} AND status = 'active'"
    in_order = "ORDER BY verified_features LIMIT 1"
    text = f"""
        WITH RECURSIVE found (said) AS (
            SELECT ({active} {in_order})
            UNION ALL
            SELECT ({active} AND verified_features > found.said {in_order}) FROM found WHERE said IS NOT NULL
        )
        SELECT CAST(said AS text) FROM found WHERE said IS NOT NULL LIMIT {MOST + 1}
    """
    with connection.cursor() as cursor:
        cursor.execute(text, s.values)
        return [said for (said,) in cursor.fetchall()]
