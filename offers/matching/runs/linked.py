"""Linked needs in a run: a bundle comes in whole, or stays out and waits.

Members that have a match already do not move: they say in which area the others are to be met. A bundle of which a
member that has none is not in the run (it waits for approval, is of another kind, or was not named) is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from kernel.states import Refusal
from offers.matching.facts import NeedFacts, Reach
from offers.matching.models import LIVE, Match
from offers.matching.plan.areas import in_one_area
from offers.matching.reading import need_facts
from offers.matching.runs.changes import SENTENCES
from offers.matching.runs.models import Assignment, MatchingRun
from offers.needs.models import Need


@dataclass(frozen=True, slots=True)
class Links:
    """What is to be known of the bundles of some needs: where members are placed already, and who waits outside."""

    within: Mapping[str, tuple[Reach, ...]]
    waiting: frozenset[str]  # bundles with a member that is neither in the run nor matched

    def heeded(self, needs: Iterable[NeedFacts]) -> list[NeedFacts]:
        """Return the needs that a plan may place, each knowing where its linked needs are."""
        return [
            replace(need, within=self.within.get(need.bundle, ())) if need.bundle else need
            for need in needs
            if need.bundle not in self.waiting
        ]


def links_of(needs: Sequence[Need]) -> Links:
    """Read what is linked with these needs, in two queries however many they are."""
    mine = {need.id for need in needs}
    bundles = {need.bundle for need in needs if need.bundle}
    if not bundles:
        return Links({}, frozenset())
    placed: set[str] = set()
    within: defaultdict[str, set[Reach]] = defaultdict(set)
    live = Match.objects.filter(status__in=LIVE).exclude(need__bundle="").select_related("need", "pledge")
    for match in live.only(
        "need__bundle", "pledge__region", "pledge__country", "pledge__service_area", "pledge__remote"
    ):
        if match.need.bundle in bundles and match.need_id not in mine:
            placed.add(match.need_id)
            within[match.need.bundle].add(reach_of(match))
    standing = Need.objects.standing().exclude(bundle="").values_list("pk", "bundle")
    waiting = {bundle for pk, bundle in standing if bundle in bundles and pk not in mine and pk not in placed}
    return Links({bundle: tuple(sorted(found, key=_order)) for bundle, found in within.items()}, frozenset(waiting))


def reach_of(match: Match) -> Reach:
    """Return where the help of a match can be had."""
    pledge = match.pledge
    return Reach(pledge.region or pledge.country, frozenset(pledge.service_area), pledge.remote)


def _order(reach: Reach) -> tuple[str, list[str], bool]:
    return reach.area, sorted(reach.countries), reach.remote


def with_linked(run: MatchingRun, wanted: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Return these assignments of a run and those of needs that are linked with theirs."""
    bundles = set(wanted.exclude(need__bundle="").values_list("need__bundle", flat=True))
    return run.assignments.filter(Q(pk__in=wanted.values("pk")) | Q(need__bundle__in=bundles))


def must_be_together(matches: Sequence[Match]) -> None:
    """Raise Refusal `bundle_changed` if these, just proposed, are not a bundle met whole and in one area.

    Called while their needs are locked: who links a need writes to it.
    """
    bundle = matches[0].need.bundle if matches else ""
    if not bundle:
        return
    needs = [match.need for match in matches]
    links = links_of(needs)
    facts = links.heeded(need_facts(need) for need in needs)
    reaches = [reach_of(match) for match in matches]
    whole = len(facts) == len(needs) and {need.bundle for need in needs} == {bundle}
    if not whole or not in_one_area(zip(facts, reaches, strict=True)):
        raise Refusal("bundle_changed", SENTENCES["bundle_changed"])
