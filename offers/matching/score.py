"""How well a pledge that passes the hard rules suits a need: a whole number from 0 to 1000, and its parts by name.

Everything is integer arithmetic, so that the same facts give the same score on every machine and a plan over many
needs can be proven. No part knows who the person or the provider is.
"""

from collections.abc import Iterable
from types import MappingProxyType

from offers.matching.facts import NeedFacts, PledgeFacts, Span
from offers.matching.rules import Question, primary

WEIGHTS = MappingProxyType(
    {
        "waiting": 240,  # who has waited longest comes first: full after WAITING_FULL_DAYS
        "preferences": 220,  # what the party prefers and what the provider prefers, half each
        "fit": 150,  # no room is left half empty while a family waits for it
        "language": 120,  # the language both speak best
        "country": 120,  # how high the party ranked the country
        "stay": 60,  # whether the stay could be prolonged if plans fall through
        "reliability": 50,  # how often the provider stood by earlier matches
        "vetting": 40,  # how many checks were passed, beyond those the rules ask for
    }
)
MAXIMUM = sum(WEIGHTS.values())
WAITING_FULL_DAYS = 90
VETTING_FULL_STEPS = 6


def _part(name: str, met: int, of: int) -> int:
    return WEIGHTS[name] * max(0, min(met, of)) // of


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


def components(question: Question) -> dict[str, int]:
    """The parts of the score by name, in the order of the table; each lies between 0 and its weight."""
    need, pledge = question.need, question.pledge
    wanted, wants, liked, likes = preferences_met(need, pledge)
    rank = language_rank(need, pledge)
    return {
        "waiting": _part("waiting", waited_days(question), WAITING_FULL_DAYS),
        # a side that states no preference has none unmet; cross-multiplied so that halves are not rounded twice
        "preferences": _part(
            "preferences",
            (wanted if wants else 1) * (likes or 1) + (liked if likes else 1) * (wants or 1),
            2 * (wants or 1) * (likes or 1),
        ),
        "fit": _part("fit", need.size, max(1, pledge.max_party * question.units)),
        "language": _part("language", 2, 2 + rank) if rank is not None else _no_language(need),
        "country": _part("country", 2, 2 + country_rank(need, pledge)),
        "stay": _part("stay", spare_days(need, pledge, question.span), max(1, need.stay_days)),
        "reliability": _part("reliability", pledge.kept + 1, pledge.kept + 2 * pledge.broken + 2),
        "vetting": _part("vetting", pledge.vetting_steps, VETTING_FULL_STEPS),
    }


def _no_language(need: NeedFacts) -> int:
    return 0 if need.languages else WEIGHTS["language"]


def total(parts: Iterable[int]) -> int:
    """The score: the sum of its parts, 0 to 1000."""
    return sum(parts)


def score(question: Question) -> int:
    """The score of one pledge for one need; meaningful for pledges that pass every hard rule."""
    return total(components(question).values())
