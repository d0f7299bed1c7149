"""What a walk came to, in totals. Over a real history small totals are not told: they could be one person's."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from offers.matching.plan.value import URGENCIES
from offers.matching.replay.world import Walked

SMALL = 10
SIZES = ("1", "2", "3-5", "6+")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; None: too few to tell."""

    placed: int | None
    needs: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The totals of one policy. Waiting is in days from opening to the proposal that was kept, of those placed."""

    policy: str
    all: Share
    by_urgency: dict[str, Share]
    by_size: dict[str, Share]
    waited_median: float | None
    waited_p90: float | None
    urgent_waited_p90: float | None  # of emergencies and the urgent
    quality: float | None  # mean score of what was kept, 0 to 1000
    proposals: int | None
    declined: int | None
    no_shows: int | None
    moves: int | None
    waiting: tuple[int | None, ...]  # how many were looked for at the end of each week
    seconds: float


def measured(walked: Walked, *, small: int = 0) -> Measured:
    """Return the totals. With `small` every count is rounded down to a multiple of it, and less is not told.

    So no difference of two totals is less than that either, and figures over fewer placements are left out.
    """
    needs, placed = walked.story.needs, walked.placed
    kept = list(placed.values())
    hurry = [one for one in kept if one.need.facts.urgency in ("emergency", "urgent")]

    def waits(some: Iterable[object]) -> list[int]:
        return sorted((one.since - one.need.opened).days for one in kept if one in some)

    def count(number: int) -> int | None:
        return _told(number, small)

    def shares(words: Sequence[str], word_of: dict[str, str]) -> dict[str, Share]:
        asked = Counter(word_of.values())
        met = Counter(word_of[pk] for pk in placed)
        return {word: Share(count(met[word]), count(asked[word])) for word in words}

    days, urgent = waits(kept), waits(hurry)
    enough, enough_urgent = len(days) >= max(small, 1), len(urgent) >= max(small, 1)
    return Measured(
        policy=walked.policy.name,
        all=Share(count(len(placed)), count(len(needs))),
        by_urgency=shares(tuple(reversed(URGENCIES)), {one.facts.id: one.facts.urgency for one in needs}),
        by_size=shares(SIZES, {one.facts.id: size_of(one.facts.size) for one in needs}),
        waited_median=median(days) if enough else None,
        waited_p90=_p90(days) if enough else None,
        urgent_waited_p90=_p90(urgent) if enough_urgent else None,
        quality=round(sum(one.score for one in kept) / len(kept), 1) if enough else None,
        proposals=count(walked.proposals),
        declined=count(walked.declined),
        no_shows=count(walked.no_shows),
        moves=count(walked.moves),
        waiting=tuple(count(number) for number in walked.waiting),
        seconds=round(walked.seconds, 1),
    )


def size_of(size: int) -> str:
    """Return the word for a party of so many."""
    return str(size) if size < 3 else "3-5" if size < 6 else "6+"


def _told(number: int, small: int) -> int | None:
    if not small:
        return number
    return number // small * small or None


def _p90(days: Sequence[int]) -> float:
    """Return what nine of ten waited no longer than (the nearest rank)."""
    return float(days[max(0, -(-9 * len(days) // 10) - 1)])
