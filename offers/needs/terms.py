"""What a need may say. Closed vocabulary only: what is not a field here cannot be written anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from kernel import places
from kernel.states import Refusal
from offers.kinds.vocabulary import BANDS, MINOR_BANDS, Feature, Kind, Urgency

PURPOSES = ("matching", "publication", "contact")
LONGEST_STAY = 3660
FURTHEST_WINDOW = timedelta(days=730)
LARGEST_PARTY = 50
MOST_PREFERENCES = 5
LONGEST_CASE_REF = 200


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """The facts of a need as its owner states them. `countries` is a ranked tuple, best first, or None for any."""

    kind: str
    urgency: str
    party_size: int
    bands: Mapping[str, int]
    window_from: date
    window_until: date
    stay_days: int
    countries: Sequence[str] | None
    languages: Sequence[str]
    consent: Mapping[str, object]
    case_ref: str
    units: int = 1
    countries_excluded: Sequence[str] = ()
    requires: Sequence[str] = ()
    prefers: Sequence[str] = ()
    exclusions: Sequence[str] = ()
    expires_at: datetime | None = field(default=None)


def is_unaccompanied_minor(bands: Mapping[str, int]) -> bool:
    """Return whether everyone in the party is under 18."""
    return sum(bands.values()) > 0 and sum(bands.get(band, 0) for band in MINOR_BANDS) == sum(bands.values())


def check(terms: NeedTerms, *, at: datetime) -> NeedTerms:
    """Return the terms, or raise Refusal naming the field and the remedy."""
    _check_words(terms)
    _check_party(terms)
    _check_window(terms, at=at)
    _check_places(terms)
    _check_consent(terms, today=at.date())
    _check_reference(terms)
    return terms


def _check_words(terms: NeedTerms) -> None:
    if terms.kind not in Kind.values:
        raise Refusal("invalid_choice", f"Choose one of {', '.join(Kind.values)}.", "kind")
    if terms.urgency not in Urgency.values:
        raise Refusal("invalid_choice", f"Choose one of {', '.join(Urgency.values)}.", "urgency")
    for name in ("requires", "prefers"):
        words = getattr(terms, name)
        unknown = sorted(set(words) - set(Feature.values))
        if unknown:
            raise Refusal("invalid_choice", f"{unknown[0]!r} is not a feature; use {', '.join(Feature.values)}.", name)
        if len(set(words)) != len(words):
            raise Refusal("repeated", _("Name each feature once."), name)
    if len(terms.prefers) > MOST_PREFERENCES:
        raise Refusal(
            "too_many",
            _("Name at most %(most)d preferences: those that matter most.") % {"most": MOST_PREFERENCES},
            "prefers",
        )
    if not terms.languages:
        raise Refusal("required", _("Name at least one language the person speaks, best first."), "languages")
    if not 1 <= terms.units <= 1000:
        raise Refusal("out_of_range", _("Ask for 1 to 1000 units."), "units")


def _check_party(terms: NeedTerms) -> None:
    if set(terms.bands) - set(BANDS):
        raise Refusal("invalid_choice", f"Count persons in the bands {', '.join(BANDS)} alone.", "party.bands")
    if any(count < 0 for count in terms.bands.values()):
        raise Refusal("out_of_range", "A band holds 0 or more persons.", "party.bands")
    if not 1 <= terms.party_size <= LARGEST_PARTY:
        raise Refusal("out_of_range", _("A party is 1 to %(most)d persons.") % {"most": LARGEST_PARTY}, "party.size")
    if sum(terms.bands.values()) != terms.party_size:
        raise Refusal("party_does_not_add_up", _("The age bands must add up to the size of the party."), "party.bands")
    if is_unaccompanied_minor(terms.bands) and Feature.LICENSED not in terms.requires:
        raise Refusal(
            "safeguarding",
            _("Children without an adult go to licensed organisations alone: put `licensed` into `requires`."),
            "requires",
        )


def _check_window(terms: NeedTerms, *, at: datetime) -> None:
    if terms.window_until <= terms.window_from:
        raise Refusal("window_backwards", _("`until` is the day after the last possible first day."), "window.until")
    if terms.window_until <= at.date():
        raise Refusal("window_over", _("This window is over: give days that lie ahead."), "window.until")
    if terms.window_until - at.date() > FURTHEST_WINDOW:
        raise Refusal("window_too_far", _("Plan at most two years ahead."), "window.until")
    if not 1 <= terms.stay_days <= LONGEST_STAY:
        raise Refusal("out_of_range", _("A stay is 1 to %(most)d days.") % {"most": LONGEST_STAY}, "stay_days")
    if terms.expires_at is not None and terms.expires_at <= at:
        raise Refusal("expires_in_the_past", "Give a moment that lies ahead, or leave it out.", "expires_at")


def _check_places(terms: NeedTerms) -> None:
    for name in ("countries", "countries_excluded"):
        for code in getattr(terms, name) or ():
            if not places.is_country(code):
                raise Refusal("unknown_country", f"{code!r} is not an ISO 3166-1 alpha-2 country.", name)
    if terms.countries is not None and not terms.countries:
        raise Refusal("required", 'Name the countries accepted, best first, or write "any".', "countries")
    if terms.countries is not None and len(set(terms.countries)) != len(terms.countries):
        raise Refusal("repeated", _("Name each country once."), "countries")
    both = set(terms.countries or ()) & set(terms.countries_excluded)
    if both:
        raise Refusal(
            "contradiction", _("%(country)s is accepted and excluded.") % {"country": min(both)}, "countries_excluded"
        )


def _check_consent(terms: NeedTerms, *, today: date) -> None:
    purposes = terms.consent.get("for")
    if not isinstance(terms.consent.get("given"), bool):
        raise Refusal("required", "Say whether consent was given: true or false.", "consent.given")
    if not isinstance(purposes, list | tuple) or set(purposes) - set(PURPOSES):
        raise Refusal("invalid_choice", f"Consent is for some of {', '.join(PURPOSES)}.", "consent.for")
    if date.fromisoformat(str(terms.consent.get("on"))) > today:
        raise Refusal("consent_in_the_future", _("Consent is recorded on the day it was given."), "consent.on")


def _check_reference(terms: NeedTerms) -> None:
    if not terms.case_ref.strip() or len(terms.case_ref) > LONGEST_CASE_REF:
        raise Refusal(
            "required",
            _("Give your own case reference, 1 to %(most)d characters.") % {"most": LONGEST_CASE_REF},
            "case_ref",
        )
    if "\x00" in terms.case_ref:
        raise Refusal("invalid", "A reference has no null characters.", "case_ref")
