"""One walk through a story, day by day: who comes and goes, who answers, and what the policy proposes."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span
from offers.matching.plan.pairs import Instance, laid_out
from offers.matching.plan.placement import Placement
from offers.matching.replay.policies import Policy
from offers.matching.replay.story import A_DAY, DECLINED, NO_SHOW, NeedStory, PledgeStory, Story, answer_days

A_WEEK = 7


@dataclass(slots=True)
class Proposal:
    """A pair that was proposed, the units it holds, and when both sides have answered."""

    need: NeedStory
    pledge: PledgeStory
    facts: NeedFacts
    score: int
    units: tuple[int, ...]
    since: date
    answered: date

    @property
    def stay(self) -> Span:
        """The days of the stay once both agreed: it begins on the first day of the window."""
        start = self.facts.window.start
        return Span(start, start + timedelta(days=self.facts.stay_days))


@dataclass
class Walked:
    """What came of a story under a policy: `placed` by need, counts of proposals, and how many waited each week."""

    story: Story
    policy: Policy
    placed: dict[str, Proposal] = field(default_factory=dict)
    proposals: int = 0
    declined: int = 0
    no_shows: int = 0
    moves: int = 0  # proposals that were given another pledge, or none, before anybody had answered
    waiting: list[int] = field(default_factory=list)  # at the end of each week
    seconds: float = 0.0


class World:
    """The state of one walk."""

    def __init__(self, story: Story, policy: Policy, *, exclusive: frozenset[str], seed: int) -> None:
        self.story, self.policy, self.exclusive, self.seed = story, policy, exclusive, seed
        self.told = Walked(story, policy)
        self.looked_for: dict[str, NeedStory] = {}
        self.failed: dict[str, frozenset[str]] = {}
        self.open: dict[str, Proposal] = {}
        self.held: dict[str, dict[str, tuple[HeldUnit, ...]]] = defaultdict(dict)  # by pledge, then need
        self.shortest = 1 + min((one.facts.stay_days for one in story.needs), default=0)  # a window and a stay
        self.coming = sorted(story.needs, key=lambda one: (one.opened, one.facts.id), reverse=True)

    def walk(self) -> Walked:
        """Go through all days, and return what came of it. Raises Unsolved."""
        began, today = time.monotonic(), self.story.first
        while today < self.story.last:
            self._come_and_go(today)
            self._answer(today)
            if self.policy.comes_round(today):
                self._propose(today)
            today += A_DAY
            if (today - self.story.first).days % A_WEEK == 0:
                self.told.waiting.append(len(self.looked_for))
        self.told.seconds = time.monotonic() - began
        return self.told

    def _come_and_go(self, today: date) -> None:
        while self.coming and self.coming[-1].opened <= today:
            come = self.coming.pop()
            self.looked_for[come.facts.id] = come
        for pk in [pk for pk, need in self.looked_for.items() if need.closed <= today and pk not in self.open]:
            del self.looked_for[pk]
        for held in self.held.values():
            for pk in [pk for pk, units in held.items() if units[0].span.end <= today]:
                del held[pk]

    def _answer(self, today: date) -> None:
        for pk, one in [(pk, one) for pk, one in self.open.items() if one.answered <= today]:
            del self.open[pk]
            how = self.story.chances.of(one.need.facts, one.pledge.facts, seed=self.seed)
            if how in (DECLINED, NO_SHOW):
                self.told.declined += how == DECLINED
                self.told.no_shows += how == NO_SHOW
                self.failed[pk] = self.failed.get(pk, frozenset()) | {one.pledge.facts.id}
                del self.held[one.pledge.facts.id][pk]
            else:
                self.told.placed[pk] = one
                del self.looked_for[pk]
                self._hold(pk, one, one.stay)

    def _propose(self, today: date) -> None:
        again = dict(self.open) if self.policy.moving else {}
        for pk, one in again.items():
            del self.held[one.pledge.facts.id][pk]
        needs = {
            pk: self.policy.seen(
                need.on(today, self.failed.get(pk, frozenset())), again[pk].pledge.facts.id if pk in again else ""
            )
            for pk, need in self.looked_for.items()
            if pk in again or pk not in self.open
        }
        pledges = {one.facts.id: one for one in self.story.pledges if one.opened <= today < one.closed}
        instance = laid_out(list(needs.values()), self._offered(today, pledges), today=today)
        chosen = self.policy.choose(instance, exclusive=self.exclusive, seed=self.seed)
        found = {instance.needs[one.pair.need].id: one for one in chosen}
        given: dict[int, int] = defaultdict(int)
        for pk in again:
            del self.open[pk]
        for pk, placement in found.items():
            pledge = pledges[instance.pledges[placement.pair.pledge].id]
            facts = instance.needs[placement.pair.need]
            proposal = Proposal(
                self.looked_for[pk], pledge, facts, placement.pair.score, _units(instance, placement, given), today,
                today + timedelta(days=answer_days(self.looked_for[pk].facts)),
            )  # fmt: skip
            before = again.get(pk)
            if before is not None and before.pledge is pledge:
                proposal.since, proposal.answered = before.since, before.answered
            else:
                self.told.proposals += 1
                self.told.moves += before is not None
            self.open[pk] = proposal
            self._hold(pk, proposal, facts.hold)
        self.told.moves += sum(pk not in found for pk in again)

    def _offered(self, today: date, pledges: Mapping[str, PledgeStory]) -> list[PledgeFacts]:
        return [one.on(today, self._held(pk), shortest=self.shortest) for pk, one in pledges.items()]

    def _held(self, pledge: str) -> tuple[HeldUnit, ...]:
        return tuple(unit for units in self.held[pledge].values() for unit in units) if pledge in self.held else ()

    def _hold(self, need: str, one: Proposal, span: Span) -> None:
        self.held[one.pledge.facts.id][need] = tuple(HeldUnit(unit, span) for unit in one.units)


def _units(instance: Instance, placement: Placement, given: dict[int, int]) -> tuple[int, ...]:
    """Return the numbers of the units a placement takes; `given` counts those of each lot that are gone."""
    found: list[int] = []
    for lot, count in placement.taken:
        first = given[lot]
        found += instance.lots[lot].units[first : first + count]
        given[lot] += count
    return tuple(found)
