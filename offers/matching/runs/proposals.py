"""Open proposals in a run: they may be moved to a better pledge, and are never dropped.

From the moment the person agreed nothing is moved any more: such a match holds its units, and its need is in no run.
So it is with a proposal that a plan could not leave as it is: one that names its start day or takes other units than
the need asks for, that came of a partner's answer, whose need is linked with others, or whose pledge would no longer
be a candidate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offers.matching.facts import NeedFacts, PledgeFacts
from offers.matching.models import Match, MatchStatus
from offers.matching.reading import needs_facts
from offers.matching.rules import ask, feasible
from offers.matching.runs.models import MatchingRun


def proposals_in(run: MatchingRun) -> list[Match]:
    """Return the open proposals that may be moved by a run as far as can be seen without the pledges (one query).

    A run over named needs moves none: it was asked about these alone.
    """
    if run.needs_named is not None:
        return []
    wanted = Match.objects.filter(status=MatchStatus.PROPOSED, frozen=False, suggestion=None, need__bundle="")
    if run.kinds:
        wanted = wanted.filter(need__kind__in=run.kinds)
    return list(wanted.select_related("need").order_by("need_id"))


@dataclass(frozen=True, slots=True)
class Movable:
    """Open proposals that a plan may leave as they are, or move: `needs` know where they are now."""

    matches: tuple[Match, ...]
    needs: tuple[NeedFacts, ...]


def movable(run: MatchingRun, matches: Sequence[Match], pledges: Sequence[PledgeFacts]) -> Movable:
    """Return which of these still fit by every rule; of the pledges, the units these hold count as free."""
    offered = {pledge.id: pledge for pledge in pledges}
    found: list[tuple[Match, NeedFacts]] = []
    for match, need in zip(matches, needs_facts([match.need for match in matches]), strict=True):
        pledge = offered.get(match.pledge_id)
        as_it_would_be = match.units == need.units and (match.starts_on, match.ends_on) == need.hold
        if pledge and as_it_would_be and feasible(ask(need, pledge, today=run.as_of)):
            found.append((match, need))
    return Movable(
        tuple(match for match, _need in found), tuple(_now_at(match.pledge_id, need) for match, need in found)
    )


def _now_at(pledge_id: str, need: NeedFacts) -> NeedFacts:
    return replace(need, present=pledge_id)
