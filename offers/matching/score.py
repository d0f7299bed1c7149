"""How well a pledge that passes the hard rules suits a need: a whole number from 0 to 1000, and its parts by name.

Everything is integer arithmetic, so that the same facts give the same score on every machine and a plan over many
needs can be proven. No part knows who the person or the provider is.
"""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from offers.matching.facts import NeedFacts, PledgeFacts, Span
from offers.matching.rules import Question, primary

if TYPE_CHECKING:  # who asks one question loads no numpy
    from offers.matching.many.arrays import Numbers
    from offers.matching.many.questions import Questions

WAITING_FULL_DAYS = 90
VETTING_FULL_STEPS = 6
Share = tuple[int, int]  # so much is met, of so much


class Component(NamedTuple):
    """One part of the score: at most `weight` points. What is met, and of how much, for one question and for many."""

    name: str
    weight: int
    met: Callable[[Question], Share]
    met_many: Callable[["Questions"], "tuple[Numbers, Numbers]"]


def waited_days(question: Question) -> int:
    """Whole days since the need opened; a reopened need keeps its first day."""
    return max(0, (question.today - question.need.waiting_since).days)


def preferences_met(need: NeedFacts, pledge: PledgeFacts) -> tuple[int, int, int, int]:
    """(met, stated) by the party over verified features, then (met, stated) by the provider over the party's manner."""
    wanted = need.prefers & pledge.verified
    liked = pledge.preferences & need.manner() if pledge.preferences else frozenset()
    return len(wanted), len(need.prefers), len(liked), len(pledge.preferences)


def language_rank(need: NeedFacts, pledge: PledgeFacts) -> int | None:
    """0 when both put the same language first; None when they share none."""
    offered: dict[str, int] = {}
    for place, tag in enumerate(pledge.languages):
        offered.setdefault(primary(tag), place)
    shared = (place + offered[primary(tag)] for place, tag in enumerate(need.languages) if primary(tag) in offered)
    return min(shared, default=None)


def country_rank(need: NeedFacts, pledge: PledgeFacts) -> int:
    """Place of the best country on the party's list; 0 for remote help and where any country will do."""
    if need.countries is None or pledge.remote:
        return 0
    reachable = pledge.places - need.countries_excluded
    ranks = (place for place, code in enumerate(need.countries) if code in reachable)
    return min(ranks, default=len(need.countries))


def spare_days(need: NeedFacts, pledge: PledgeFacts, span: Span) -> int:
    """By how many days the stay could be prolonged, whenever in the window it begins; at most the stay itself."""
    covering = (one.end for one in pledge.availability if one.covers(span))
    spare = (max(covering, default=span.end) - span.end).days
    if pledge.max_stay_days is not None:
        spare = min(spare, pledge.max_stay_days - need.stay_days)
    return max(0, min(spare, need.stay_days))


def _waiting(q: Question) -> Share:
    return waited_days(q), WAITING_FULL_DAYS


def _waiting_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    return q.need.waited_days, q.everywhere(WAITING_FULL_DAYS)


def _preferences(q: Question) -> Share:
    """A side that states no preference has none unmet; cross-multiplied so that halves are not rounded twice."""
    wanted, wants, liked, likes = preferences_met(q.need, q.pledge)
    met = (wanted if wants else 1) * (likes or 1) + (liked if likes else 1) * (wants or 1)
    return met, 2 * (wants or 1) * (likes or 1)


def _preferences_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    wants, likes = q.need.wants.clip(min=1), q.pledge.likes.clip(min=1)
    wanted, liked = q.wanted() + (q.need.wants == 0), q.liked() + (q.pledge.likes == 0)
    return wanted * likes + liked * wants, 2 * wants * likes


def _fit(q: Question) -> Share:
    return q.need.size, max(1, q.pledge.max_party * q.units)


def _fit_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    return q.need.size, (q.pledge.max_party * q.need.units).clip(min=1)


def _language(q: Question) -> Share:
    rank = language_rank(q.need, q.pledge)
    if rank is None:
        return (0, 1) if q.need.languages else (1, 1)
    return 2, 2 + rank


def _language_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    silent = q.need.tongues == 0
    return 2 * (q.in_a_language() | silent), 2 + q.language_ranks() * ~silent


def _country(q: Question) -> Share:
    return 2, 2 + country_rank(q.need, q.pledge)


def _country_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    open_ = (q.need.anywhere == 1) | (q.pledge.remote == 1)
    # where no country is shared, the rank is behind all that are listed
    rank = q.country_ranks().clip(max=q.need.listed) * ~open_
    return q.everywhere(2), 2 + rank


def _stay(q: Question) -> Share:
    return spare_days(q.need, q.pledge, q.span), max(1, q.need.stay_days)


def _stay_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    stay = q.need.stay_days
    spare = (q.covered_until() - q.need.end).clip(min=0)
    return spare.clip(max=q.pledge.max_stay_days - stay).clip(max=stay), stay.clip(min=1)


def _reliability(q: Question) -> Share:
    return q.pledge.kept + 1, q.pledge.kept + 2 * q.pledge.broken + 2


def _reliability_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    return q.pledge.kept + 1, q.pledge.kept + 2 * q.pledge.broken + 2


def _vetting(q: Question) -> Share:
    return q.pledge.vetting_steps, VETTING_FULL_STEPS


def _vetting_many(q: "Questions") -> "tuple[Numbers, Numbers]":
    return q.pledge.vetting_steps, q.everywhere(VETTING_FULL_STEPS)


COMPONENTS: tuple[Component, ...] = (
    # who has waited longest comes first: full after WAITING_FULL_DAYS
    Component("waiting", 240, _waiting, _waiting_many),
    # what the party prefers and what the provider prefers, half each
    Component("preferences", 220, _preferences, _preferences_many),
    # no room is left half empty while a family waits for it
    Component("fit", 150, _fit, _fit_many),
    # the language both speak best
    Component("language", 120, _language, _language_many),
    # how high the party ranked the country
    Component("country", 120, _country, _country_many),
    # whether the stay could be prolonged if plans fall through
    Component("stay", 60, _stay, _stay_many),
    # how often the provider stood by earlier matches
    Component("reliability", 50, _reliability, _reliability_many),
    # how many checks were passed, beyond those the rules ask for
    Component("vetting", 40, _vetting, _vetting_many),
)
WEIGHTS = MappingProxyType({part.name: part.weight for part in COMPONENTS})
MAXIMUM = sum(WEIGHTS.values())


def components(question: Question) -> dict[str, int]:
    """The parts of the score by name, in the order of the table; each lies between 0 and its weight."""
    parts = {}
    for name, weight, share, _many in COMPONENTS:
        met, of = share(question)
        parts[name] = weight if met >= of else weight * met // of if met > 0 else 0
    return parts


def components_many(questions: "Questions") -> "dict[str, Numbers]":
    """The same parts of many questions at once: a column by name."""
    shares = ((part, *part.met_many(questions)) for part in COMPONENTS)
    return {part.name: part.weight * met.clip(0, of) // of for part, met, of in shares}


def total(parts: Iterable[int]) -> int:
    """The score: the sum of its parts, 0 to 1000."""
    return sum(parts)


def score(question: Question) -> int:
    """The score of one pledge for one need; meaningful for pledges that pass every hard rule."""
    return total(components(question).values())


def scores(questions: "Questions") -> "Numbers":
    """The score of each question: the sum of its parts."""
    found = questions.everywhere(0)
    for points in components_many(questions).values():
        found += points
    return found
