"""Why nobody else fits a need, and which single thing, asked for otherwise, would bring how many more within reach.

Both are counts over every pledge of the kind, made of groups that no rule can tell apart, so that they take about as
long as reading the groups. Whatever is counted of other organisations' pledges is rounded down to fives.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db.models import Count, Exists, OuterRef

from kernel.accounts.models import Organisation
from offers.matching.alike import Alike, alike, closed
from offers.matching.explain import Tally, WhyNot, why_not
from offers.matching.facts import NeedFacts, Span
from offers.matching.models import Hold
from offers.matching.possible import whatever_the_days
from offers.matching.reading import UNREAD, need_facts, pledges_facts
from offers.matching.relaxing import Relaxation, of_a_pledge, of_days, of_the_rest
from offers.matching.rules import RULES, ask, feasible
from offers.matching.search import must_be_searchable
from offers.needs.models import Need
from offers.pledges.models import Pledge, PledgeQuerySet, PledgeStatus

MOST_OF_A_FAMILY = 5  # so many countries, and so many languages, are named at most


@dataclass(frozen=True, slots=True)
class Unlock:
    """How many pledges that are no candidates would be some if one thing were asked for otherwise."""

    relaxation: Relaxation
    gain: int


@dataclass(frozen=True, slots=True)
class Whys:
    """What stands in the way of the others, in the order of the rules; and what would help, the most first."""

    why_not: list[WhyNot]
    unlocks: list[Unlock]


def why_nobody_else(*, need: Need, organisation: Organisation, today: date) -> Whys:
    """Count every pledge of the need's kind that is no candidate, once, at the first rule it fails; and what would help
    how many of them.

    Exact for the operator and over the organisation's own pledges; over all others rounded down to fives. Drafts and
    erased pledges are no offers and are not counted. Raises Refusal `need_not_open` as `candidates` does.
    """
    must_be_searchable(need)
    facts, own = need_facts(need), None if organisation.is_operator else organisation.pk
    offers = Pledge.objects.submitted().exclude(status=PledgeStatus.ERASED).filter(kind=need.kind)
    active = offers.active(today)
    rest, days = list(of_the_rest(facts)), list(of_days(facts, today))
    groups = list(alike(active, [facts, *(one.need for one in rest)], today=today, own=own, held=facts.hold))
    asked = (
        (ask(facts, one.pledge, today=today), one.many)
        for one in chain(groups, _inactive(offers, groups, own, need.kind))
    )
    gains = _Gains(facts, today, own)
    for one in groups:
        gains.count(one, rest, of_a_pledge(facts, one.pledge))
    for one in _by_days(whatever_the_days(active, facts), facts, days, today, own):
        gains.count(one, days)
    return Whys(why_not(asked, exact_for=own), gains.shown())


def _inactive(offers: PledgeQuerySet, active: Sequence[Alike], own: str | None, kind: str) -> Iterator[Alike]:
    """Yield what is left of the offers when the active ones are taken away, one's own apart."""
    left = {True: 0, False: 0}
    for organisation, offered in offers.order_by().values_list("organisation").annotate(Count("pk")):
        left[organisation == own] += offered
    for one in active:
        left[one.pledge.organisation == own] -= one.many
    for mine, count in left.items():
        if count > 0:
            yield Alike(closed(own if own and mine else "", kind), count)


def _by_days(
    possible: PledgeQuerySet, need: NeedFacts, days: Sequence[Relaxation], today: date, own: str | None
) -> Iterator[Alike]:
    """Yield what could be a candidate on other days; pledges with a unit promised on one of them are asked singly."""
    asked_for = [need, *(one.need for one in days)]
    widest = Span(min(one.hold.start for one in asked_for), max(one.hold.end for one in asked_for))
    holds = Hold.objects.filter(pledge=OuterRef("pk"), live=True, starts_on__lt=widest.end, ends_on__gt=widest.start)
    promised = Exists(holds)
    yield from alike(possible.exclude(promised), asked_for, today=today, own=own, held=None)
    for pledge in pledges_facts(possible.filter(promised).defer(*UNREAD)):
        yield Alike(pledge, 1)


class _Gains:
    """What each relaxation would bring: counted by its word, shown with the figures of a `Tally`."""

    def __init__(self, need: NeedFacts, today: date, own: str | None) -> None:
        self.need, self.today = need, today
        self.tally = Tally(own)
        self.found: dict[str, Relaxation] = {}

    def count(self, one: Alike, *relaxations: Iterable[Relaxation]) -> None:
        """Count pledges that are no candidates at each relaxation that would make them some."""
        question = ask(self.need, one.pledge, today=self.today)
        failed = {rule.code for rule in RULES if not rule.passes(question)}
        for relaxation in chain(*relaxations) if failed else ():
            if failed <= relaxation.helps and feasible(ask(relaxation.need, one.pledge, today=self.today)):
                self.found[relaxation.word] = relaxation
                self.tally.add(relaxation.word, one.pledge, one.many)

    def shown(self) -> list[Unlock]:
        """Return the unlocks, most gain first; a longer step that gains no more than a shorter one is left out."""
        families: dict[str, list[Unlock]] = defaultdict(list)
        for word in sorted(self.found, key=lambda word: (-self.tally[word], len(word), word)):
            if self.tally[word]:
                families[self.found[word].family].append(Unlock(self.found[word], self.tally[word]))
        kept = (
            one
            for family in families.values()
            for one in family[:MOST_OF_A_FAMILY]
            if not any(less.gain >= one.gain and less.relaxation.steps < one.relaxation.steps for less in family)
        )
        return sorted(kept, key=lambda one: (-one.gain, one.relaxation.word))
