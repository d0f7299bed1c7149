"""Two plans side by side: what the one would cost whom, compared with the other."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.kinds.vocabulary import Urgency
from offers.matching.runs.models import MatchingRun

FIGURES = ("placed", "persons_placed", "score")


class Place(NamedTuple):
    """Where a need goes in a plan."""

    pledge: str
    score: int


@dataclass(frozen=True, slots=True)
class Change:
    """A need that the two plans treat differently; None: it is left over."""

    need: str
    urgency: str
    kind: str
    persons: int
    before: Place | None
    after: Place | None

    @property
    def what(self) -> str:
        """`loses` its place, `gains` one, or `moves` to another."""
        if self.after is None:
            return "loses"
        return "gains" if self.before is None else "moves"


@dataclass(frozen=True, slots=True)
class Compared:
    """`differences`: what the second plan has more of, by figure and by urgency. `changes`: those who lose come first.

    `same_facts`: both were made from the same facts, so that the whole difference comes of what was wished.
    """

    before: MatchingRun
    after: MatchingRun
    same_facts: bool
    differences: dict[str, int]
    by_urgency: dict[str, int]
    changes: list[Change]

    def count(self, what: str) -> int:
        """Return how many needs lose, gain or move."""
        return sum(one.what == what for one in self.changes)


def compared(run: MatchingRun) -> Compared:
    """Compare a run with the one it varies (three queries).

    Raises Refusal `not_an_alternative` if it varies none, `no_plan` while one of the two has none, `plan_let_go` once
    its pairs are gone.
    """
    before = run.alternative_to
    if before is None:
        raise Refusal("not_an_alternative", _("This run varies no other one."))
    if run.objective is None or before.objective is None:
        raise Refusal("no_plan", _("One of the two has no plan yet."), state=str(run.status))
    if run.thinned_at is not None or before.thinned_at is not None:
        raise Refusal("plan_let_go", _("One of the two plans is too old and was let go."))
    old, new = before.objective, run.objective
    return Compared(
        before=before,
        after=run,
        same_facts=before.snapshot == run.snapshot,
        differences={name: new[name] - old[name] for name in FIGURES},
        by_urgency={word: new["by_urgency"][word] - old["by_urgency"][word] for word in Urgency.values},
        changes=_changes(before, run),
    )


_Row = tuple[str, str, str, int, str, int]


def _rows(run: MatchingRun) -> dict[str, _Row]:
    columns = ("need_id", "need__urgency", "need__kind", "need__party_size", "pledge_id", "score")
    return {row[0]: row for row in run.assignments.values_list(*columns)}


def _changes(before: MatchingRun, after: MatchingRun) -> list[Change]:
    old, new = _rows(before), _rows(after)
    found = []
    for need in sorted(old.keys() | new.keys()):
        was, now = old.get(need), new.get(need)
        _need, urgency, kind, persons, *_rest = now or old[need]
        first, then = (Place(row[4], row[5]) if row else None for row in (was, now))
        if (first and first.pledge) != (then and then.pledge):
            found.append(Change(need, urgency, kind, persons, first, then))
    rank = {word: place for place, word in enumerate(Urgency.values)}
    kinds = ("loses", "gains", "moves")
    return sorted(found, key=lambda one: (kinds.index(one.what), rank[one.urgency], one.need))
