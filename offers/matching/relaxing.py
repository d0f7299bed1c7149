"""What a caseworker could ask for otherwise, one thing at a time, so that more offers fit: a closed vocabulary.

A relaxation is the need as it would be then, so that the hard rules are asked as ever. None touches what protects the
person: exclusions, consent, excluded countries, the checks that children need, and the features of PROTECTIVE are never
offered for less, however many offers that would open. Plain Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from offers.matching.facts import NeedFacts, PledgeFacts, Span
from offers.matching.rules import primary

PROTECTIVE = frozenset(
    {
        "background_checked",
        "children_ok",
        "lgbtq_affirming",
        "licensed",
        "no_contact_with_origin_community",
        "women_only",
    }
)
DAYS = (7, 28)  # a week, and four: by so much a window is moved or a stay changed
WORDS = (
    r"(later|earlier|shorter|longer):(7|28)|first_day|last_day|units:[1-9][0-9]{0,3}|without:[a-z_]{1,40}"
    r"|country:[A-Z]{2}|any_country|language:[a-z]{2,3}|any_language"
)

_DATES = frozenset({"capacity", "window"})
_UNITS = frozenset({"capacity", "party_too_large"})


def _(text: str) -> str:
    """Mark a sentence for translation; who shows it to a person translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One thing asked for otherwise: its word, the need as it would be, and the rules it can make a pledge pass.

    `template` is a sentence, `figures` what stands in it: numbers, and codes that who shows it puts into words.
    """

    word: str
    need: NeedFacts
    helps: frozenset[str]
    template: str
    figures: dict[str, int | str] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """What those have in common that differ in how far they go."""
        return self.word.partition(":")[0]

    @property
    def steps(self) -> int:
        """How far it goes, among those of its family that go the same way."""
        days = self.figures.get("days", 0)
        return days if isinstance(days, int) else 0


def of_days(need: NeedFacts, today: date) -> Iterator[Relaxation]:
    """Yield what other days could be asked for; a shorter step of one family before a longer one."""
    for days in DAYS:
        by = timedelta(days=days)
        later = Span(need.window.start + by, need.window.end + by)
        yield _days("later", days, replace(need, window=later), _("If it could begin %(days)d days later."))
        if need.window.start - by >= today:
            earlier = Span(need.window.start - by, need.window.end - by)
            yield _days("earlier", days, replace(need, window=earlier), _("If it could begin %(days)d days earlier."))
        if need.stay_days > days:
            shorter = replace(need, stay_days=need.stay_days - days)
            yield _days("shorter", days, shorter, _("If the stay were %(days)d days shorter."))
        yield _days(
            "longer",
            days,
            replace(need, stay_days=need.stay_days + days),
            _("If the stay could be %(days)d days longer."),
        )
    first, last = need.window.start, need.window.end - timedelta(days=1)
    if first < last:
        yield _day("first_day", need, first, _("If the stay began on the first day of the window."))
        yield _day("last_day", need, last, _("If the stay began on the last day of the window."))


def of_the_rest(need: NeedFacts) -> Iterator[Relaxation]:
    """Yield what could be asked for otherwise on the same days, whatever the offers are."""
    if need.units < need.size:
        yield _units(need, need.units + 1, _("If the party took %(units)d units."))
    if need.units > 1:
        yield _units(need, need.units - 1, _("If %(units)d units were enough."))
    for feature in sorted(need.requires - PROTECTIVE):
        less = replace(need, requires=need.requires - {feature})
        helps = frozenset({"requires", "refused"})
        yield Relaxation(
            f"without:{feature}", less, helps, _("If “%(feature)s” were not required."), {"feature": feature}
        )
    if need.countries is not None:
        anywhere = replace(need, countries=None)
        yield Relaxation(
            "any_country", anywhere, frozenset({"country"}), _("If any country were accepted that is not ruled out.")
        )
    if need.languages:
        interpreted = replace(need, languages=())
        yield Relaxation(
            "any_language", interpreted, frozenset({"language"}), _("If an interpreter made any language possible.")
        )


def of_a_pledge(need: NeedFacts, pledge: PledgeFacts) -> Iterator[Relaxation]:
    """Yield the countries and languages that, accepted too, would bring this pledge within reach."""
    if need.countries is not None:
        for code in sorted(pledge.places - need.countries_excluded - set(need.countries) - {""}):
            more = replace(need, countries=(*need.countries, code))
            sentence = _("If %(country)s were accepted too.")
            yield Relaxation(f"country:{code}", more, frozenset({"country"}), sentence, {"country": code})
    if need.languages:
        for tag in sorted({primary(tag) for tag in pledge.languages} - {primary(tag) for tag in need.languages}):
            spoken = replace(need, languages=(*need.languages, tag))
            sentence = _("If help in %(language)s would do, with an interpreter.")
            yield Relaxation(f"language:{tag}", spoken, frozenset({"language"}), sentence, {"language": tag})


def _days(family: str, days: int, need: NeedFacts, template: str) -> Relaxation:
    return Relaxation(f"{family}:{days}", need, _DATES, template, {"days": days})


def _day(word: str, need: NeedFacts, day: date, template: str) -> Relaxation:
    return Relaxation(word, replace(need, window=Span(day, day + timedelta(days=1))), _DATES, template)


def _units(need: NeedFacts, units: int, template: str) -> Relaxation:
    return Relaxation(f"units:{units}", replace(need, units=units), _UNITS, template, {"units": units})
