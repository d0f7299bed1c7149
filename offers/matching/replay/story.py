"""What a replay is told: needs and pledges with the days they came and went, and how proposals end."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import blake2b

from offers.matching.facts import HeldUnit, NeedFacts, PledgeFacts, Span

A_DAY = timedelta(days=1)
DECLINED, NO_SHOW, KEPT = "declined", "no_show", "kept"


@dataclass(frozen=True, slots=True)
class NeedStory:
    """A need that opened on a day, and is no longer looked for from another day on, unless it was met before."""

    facts: NeedFacts
    opened: date
    closed: date

    def on(self, today: date, failed: frozenset[str]) -> NeedFacts:
        """Return the need as it is on a day: a window that has begun goes on from tomorrow."""
        start = max(self.facts.window.start, today + A_DAY)
        window = Span(start, max(self.facts.window.end, start + A_DAY))
        if window == self.facts.window and not failed:
            return self.facts
        return replace(self.facts, window=window, failed_with=self.facts.failed_with | failed)


@dataclass(frozen=True, slots=True)
class PledgeStory:
    """A pledge that can be proposed from a day on, and no longer from another."""

    facts: PledgeFacts
    opened: date
    closed: date

    def on(self, today: date, held: tuple[HeldUnit, ...], *, shortest: int) -> PledgeFacts:
        """Return the pledge as it is on a day, with what is held of it.

        Its days begin when a unit can first be had by a hold of `shortest` days or more: what comes before would fail
        the rule about capacity, and is not asked about again and again.
        """
        if not held:
            return self.facts
        free = min(_free_from(today, held, unit, shortest) for unit in range(1, self.facts.units_total + 1))
        days = tuple(Span(max(one.start, free), one.end) for one in self.facts.availability if one.end > free)
        return replace(self.facts, held=held, availability=days)


def _free_from(today: date, held: tuple[HeldUnit, ...], unit: int, shortest: int) -> date:
    """Return the first day on which a hold of the unit can begin, if it lasts so many days and nothing is before it."""
    free = today + A_DAY
    for span in sorted(one.span for one in held if one.unit == unit):
        if span.start < free + timedelta(days=shortest):
            free = max(free, span.end)
    return free


@dataclass(frozen=True, slots=True)
class Chances:
    """How proposals end, in thousandths of them; the rest are kept. A pair ends the same way under every policy."""

    declined: int = 150  # by the person or the provider, after `answer_days`
    no_show: int = 30  # both agreed, and then somebody did not come

    def of(self, need: NeedFacts, pledge: PledgeFacts, *, seed: int) -> str:
        """Return how a proposal of this pair ends: `declined`, `no_show` or `kept`."""
        words = f"{seed} {need.id} {pledge.id}".encode()
        drawn = int.from_bytes(blake2b(words, digest_size=4).digest(), "big") % 1000
        if drawn < self.declined:
            return DECLINED
        return NO_SHOW if drawn < self.declined + self.no_show else KEPT


@dataclass(frozen=True, slots=True)
class Story:
    """A stretch of time from `first` up to, but not including, `last`."""

    needs: tuple[NeedStory, ...]
    pledges: tuple[PledgeStory, ...]
    first: date
    last: date
    chances: Chances = Chances()


def answer_days(need: NeedFacts) -> int:
    """Return after how many days both sides have answered."""
    return 1 if need.urgency in ("emergency", "urgent") else 3
