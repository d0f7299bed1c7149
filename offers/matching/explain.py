"""Why a pledge stands where it stands, and why the others do not stand there at all: sentences, not numbers alone.

A reason keeps its sentence and its figures apart, so that a page can translate the one and fill in the other; the
API speaks plain English.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from offers.matching.facts import PledgeFacts
from offers.matching.rules import RULES, Question, Rule, first_failure
from offers.matching.score import (
    WEIGHTS,
    components,
    country_rank,
    language_rank,
    preferences_met,
    spare_days,
    waited_days,
)


def _(text: str) -> str:
    """Mark a sentence for translation; who shows it to a person translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Reason:
    """One component of the score: its points, the most it could give, and a sentence with its figures."""

    component: str
    points: int
    most: int
    template: str
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The reason in English."""
        return self.template % self.figures


def reasons(question: Question) -> list[Reason]:
    """One reason per component, in the order of the weight table."""
    parts = components(question)
    said = {name: say(question) for name, say in _SAY.items()}
    return [Reason(name, parts[name], WEIGHTS[name], *said[name]) for name in WEIGHTS]


Said = tuple[str, dict[str, int]]


def _waiting(q: Question) -> Said:
    days = waited_days(q)
    if days < 2:
        return (_("Waiting for one day.") if days else _("Waiting since today.")), {}
    return _("Waiting for %(days)d days."), {"days": days}


def _preferences(q: Question) -> Said:
    wanted, wants, liked, likes = preferences_met(q.need, q.pledge)
    if not wants and not likes:
        return _("Neither side stated a preference."), {}
    if not likes:
        return _("Meets %(wanted)d of the party's %(wants)d wishes."), {"wanted": wanted, "wants": wants}
    if not wants:
        return _("Meets %(liked)d of the provider's %(likes)d wishes."), {"liked": liked, "likes": likes}
    return (
        _("Meets %(wanted)d of the party's %(wants)d wishes and %(liked)d of the provider's %(likes)d."),
        {"wanted": wanted, "wants": wants, "liked": liked, "likes": likes},
    )


def _fit(q: Question) -> Said:
    places = q.pledge.max_party * q.units
    if q.need.size >= places:
        return _("The party of %(size)d fills it exactly."), {"size": q.need.size}
    return _("The party of %(size)d uses %(size)d of %(places)d places."), {"size": q.need.size, "places": places}


def _language(q: Question) -> Said:
    rank = language_rank(q.need, q.pledge)
    if rank is None:
        return (_("No language is asked for.") if not q.need.languages else _("There is no language in common.")), {}
    if rank == 0:
        return _("Both put the same language first."), {}
    return _("They share a language, though not the first on both lists."), {}


def _country(q: Question) -> Said:
    if q.pledge.remote:
        return _("The help is given at a distance, so the country does not matter."), {}
    if q.need.countries is None:
        return _("Any country is accepted."), {}
    rank = country_rank(q.need, q.pledge)
    if rank == 0:
        return _("It is in the country the party ranked first."), {}
    return _("It is in the country the party ranked as number %(place)d."), {"place": rank + 1}


def _stay(q: Question) -> Said:
    days = spare_days(q.need, q.pledge, q.span)
    if not days:
        return _("The stay fits, and could not be prolonged."), {}
    if days == 1:
        return _("The stay could be prolonged by one day."), {}
    return _("The stay could be prolonged by %(days)d days."), {"days": days}


def _reliability(q: Question) -> Said:
    if not q.pledge.kept and not q.pledge.broken:
        return _("The provider has not been matched before."), {}
    return (
        _("The provider stood by %(kept)d of %(asked)d earlier matches."),
        {"kept": q.pledge.kept, "asked": q.pledge.kept + q.pledge.broken},
    )


def _vetting(q: Question) -> Said:
    steps = q.pledge.vetting_steps
    if steps < 2:
        return (_("The provider passed one check.") if steps else _("No check of the provider is on record.")), {}
    return _("The provider passed %(steps)d checks."), {"steps": steps}


_SAY = {
    "waiting": _waiting,
    "preferences": _preferences,
    "fit": _fit,
    "language": _language,
    "country": _country,
    "stay": _stay,
    "reliability": _reliability,
    "vetting": _vetting,
}


@dataclass(frozen=True, slots=True)
class WhyNot:
    """How many pledges failed first at `rule`."""

    rule: Rule
    count: int


class Tally:
    """Pledges counted by a word, one's own apart from those of others.

    With `exact_for` an organisation id, the pledges of all the others are counted together and rounded down to a
    multiple of five per word, so that no single pledge of another organisation shows in a figure, and none of one's
    own can lift the others over a step; with None every count is exact.
    """

    def __init__(self, exact_for: str | None) -> None:
        self.exact_for = exact_for
        self._own: Counter[str] = Counter()
        self._others: Counter[str] = Counter()

    def add(self, word: str, pledge: PledgeFacts, count: int) -> None:
        """Count `count` pledges like this one."""
        exact = self.exact_for is None or pledge.organisation == self.exact_for
        (self._own if exact else self._others)[word] += count

    def __getitem__(self, word: str) -> int:
        """The figure that may be shown."""
        return self._own[word] + self._others[word] // 5 * 5


def why_not(asked: Iterable[tuple[Question, int]], *, exact_for: str | None = None) -> list[WhyNot]:
    """Count pledges (a question, and for how many it stands) at the first rule they fail; rules nobody failed at are
    left out. Figures are those of a `Tally`.
    """
    tally = Tally(exact_for)
    for question, count in asked:
        failed = first_failure(question)
        if failed is not None:
            tally.add(failed.code, question.pledge, count)
    return [WhyNot(rule, tally[rule.code]) for rule in RULES if tally[rule.code]]
