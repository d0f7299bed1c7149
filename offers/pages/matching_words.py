"""What matching says to a person: names, sentences and dates in the language of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kernel import places
from offers.kinds.languages import language_name
from offers.kinds.reasons import words_of_reasons
from offers.kinds.vocabulary import Feature, Kind
from offers.matching.explain import Reason, WhyNot
from offers.matching.found import Found
from offers.matching.models import Match, MatchStatus
from offers.matching.why import Unlock
from offers.pledges.models import Pledge

COMPONENTS = {
    "waiting": _("Waiting time"),
    "preferences": _("Wishes"),
    "fit": _("Fit"),
    "language": _("Language"),
    "country": _("Country"),
    "stay": _("Length of stay"),
    "reliability": _("Reliability"),
    "vetting": _("Checks"),
}
TONES = {
    MatchStatus.PROPOSED: "info",
    MatchStatus.PERSON_AGREED: "info",
    MatchStatus.PROVIDER_ACCEPTED: "warn",
    MatchStatus.CONFIRMED: "good",
    MatchStatus.CONTACT_DISCLOSED: "good",
    MatchStatus.STARTED: "good",
    MatchStatus.COMPLETED: "good",
    MatchStatus.FAILED: "bad",
}

# what the house itself writes into a history
OF_THE_HOUSE = {
    "need_expired": _("The time of the need was over"),
    "withdrawn": _("The offer was taken back"),
    "safety_report": _("A safety report stopped the offer"),
    "asked": _("Everything was to be erased"),
    "retention": _("Its time to be kept was over"),
}


@dataclass(frozen=True, slots=True)
class SaidReason:
    """One component of a score, ready to be shown."""

    label: Any
    sentence: str
    points: int
    most: int


@dataclass(frozen=True, slots=True)
class SaidCard:
    """A pledge as its card shows it: never who, never where exactly."""

    id: str
    kind: str
    place: str
    dates: list[tuple[date, date]]
    units: int
    max_party: int
    features: list[Any]


def said_reason(reason: Reason) -> SaidReason:
    """Translate a reason and fill in its figures."""
    sentence = gettext(reason.template) % reason.figures
    return SaidReason(COMPONENTS[reason.component], sentence, reason.points, reason.most)


def said_rule(one: WhyNot) -> dict[str, Any]:
    """Translate the sentence of a rule, with how many pledges failed at it first."""
    return {"count": one.count, "sentence": gettext(one.rule.sentence)}


def said_unlock(one: Unlock) -> dict[str, Any]:
    """Translate what could be asked for otherwise, codes put into words, with how many pledges more would fit."""
    language = get_language() or "en"
    names: dict[str, Callable[[str], str]] = {
        "country": lambda code: places.country_name(code, language),
        "language": lambda tag: language_name(tag, language),
        "feature": lambda word: str(Feature(word).label),
    }
    said = one.relaxation.figures.items()
    figures = {name: names[name](str(value)) if name in names else value for name, value in said}
    return {"gain": one.gain, "sentence": gettext(one.relaxation.template) % figures}


def said_why(why: str, *, asked: str = "") -> Any:
    """Put the reason of a move into words, `asked` being where the match stood: whoever was silent is named."""
    if why == "no_answer":
        silent = _("The provider did not answer in time"), _("The person did not answer in time")
        return silent[asked == MatchStatus.PROPOSED]
    return OF_THE_HOUSE.get(why) or words_of_reasons().get(why, why) or "–"


def place_of(pledge: Pledge | Found) -> str:
    """Name the region and country of a pledge, or say that help is given at a distance."""
    if pledge.remote:
        return gettext("at a distance")
    country = places.country_name(pledge.country, get_language() or "en")
    return f"{places.region_name(pledge.region)}, {country}" if pledge.region else country


def said_card(pledge: Pledge | Found) -> SaidCard:
    """Put a pledge's card into words."""
    days = [(date.fromisoformat(one["from"]), date.fromisoformat(one["until"])) for one in pledge.availability]
    return SaidCard(
        id=pledge.pk,
        kind=str(Kind(pledge.kind).label),
        place=place_of(pledge),
        dates=days,
        units=pledge.units_total,
        max_party=pledge.max_party,
        features=[Feature(word).label for word in pledge.verified_features],
    )


def tone_of(match: Match) -> str:
    """The tone of a match's badge."""
    return TONES.get(MatchStatus(match.status), "plain")
