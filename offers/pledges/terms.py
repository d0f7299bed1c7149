"""What a pledge may say: every field checked and put into the shape its column keeps, whoever sent it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext_noop as _

from kernel import places
from kernel.states import Refusal
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import BANDS, Feature, Kind, PartyTrait, ProviderType
from offers.pledges import availability, tongues
from offers.pledges.models import Pledge

# what was checked is no longer what is offered once one of these changes
MATERIAL = ("kind", "provider_type", "country", "region", "city")
# field: (least, most, may be none)
COUNTS = {
    "units_total": (1, 100_000, False),
    "max_party": (1, 1_000, False),
    "notice_days": (0, 365, False),
    "min_stay_days": (0, 3_650, False),
    "max_stay_days": (1, 3_650, True),
    "radius_km": (0, 20_000, True),
}
REFUSABLE = frozenset({*PartyTrait.values, *(f"band:{band}" for band in BANDS)})
PREFERABLE = REFUSABLE | frozenset(Feature.values) | {"short_stay", "long_stay"}
MOST_WORDS = 40


def _word(field: str, value: Any, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise Refusal("invalid_choice", _("Choose one of the words that are offered."), field)
    return str(value)


def _words(field: str, values: Iterable[str], allowed: Iterable[str]) -> list[str]:
    chosen = sorted(set(values))
    known = frozenset(allowed)
    if len(chosen) > MOST_WORDS or not known.issuperset(chosen):
        raise Refusal("invalid_choice", _("Choose among the words that are offered."), field)
    return chosen


def _count(field: str, value: int | None) -> int | None:
    least, most, optional = COUNTS[field]
    if value is None and optional:
        return None
    if value is None or not least <= value <= most:
        raise Refusal("out_of_range", f"This is a number from {least} to {most}.", field)
    return value


def _languages(values: Iterable[str]) -> list[str]:
    tags = list(dict.fromkeys(tongues.spelled(tag) for tag in values))
    if len(tags) > tongues.MOST:
        raise Refusal("too_many", f"At most {tongues.MOST} languages can be kept.", "languages")
    return tags


def _countries(field: str, codes: Iterable[str]) -> list[str]:
    chosen = list(dict.fromkeys(codes))
    if not all(places.is_country(code) for code in chosen):
        raise Refusal("unknown_country", _("Write countries as ISO 3166-1 codes, such as DE."), field)
    return chosen


def _household(bands: Mapping[str, int]) -> dict[str, int]:
    if not set(bands) <= set(BANDS) or any(not 0 <= count <= 100 for count in bands.values()):
        raise Refusal("invalid_choice", f"Count the household by age: {', '.join(BANDS)}.", "household")
    return dict(bands)


READERS: dict[str, Callable[[Any], Any]] = {
    **{field: partial(_count, field) for field in COUNTS},
    "kind": lambda value: _word("kind", value, Kind.values),
    "provider_type": lambda value: _word("provider_type", value, ProviderType.values),
    "exclusive": bool,
    "remote": bool,
    "country": lambda code: _countries("country", [code])[0],
    "region": lambda code: str(code or ""),
    "city": lambda city: city,
    "service_area": lambda codes: _countries("service_area", codes),
    "languages": _languages,
    "features": lambda words: _words("features", words, Feature.values),
    "household": _household,
    "refusals": lambda words: _words("refusals", words, REFUSABLE),
    "preferences": lambda words: _words("preferences", words, PREFERABLE),
}

# fields of a pledge that its provider decides; all others follow from deeds
EDITABLE = frozenset({"availability", *READERS})


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that `changes` (fields of EDITABLE) set. Raises Refusal naming the first field that is wrong.

    Raises KeyError for a field that a provider does not decide.
    """
    read: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "availability":
            read |= availability.columns(availability.normalised(value))
        else:
            read[field] = READERS[field](value)
    return read


def _check_place(pledge: Pledge) -> None:
    """Let a city bring its region along, and see that city, region and country are of one place."""
    if pledge.city is not None:
        city = places.city(pledge.city)
        if city is None or (pledge.country and city.country != pledge.country):
            raise Refusal("unknown_city", _("This is not a city of that country."), "city")
        if not pledge.region:
            pledge.region = city.region or ""
    if pledge.region and not places.is_region(pledge.region, pledge.country):
        raise Refusal("unknown_region", _("This is not a region of that country."), "region")


def check_whole(pledge: Pledge) -> None:
    """See that the fields of a pledge agree with one another. Raises Refusal naming the field to mend."""
    _check_place(pledge)
    longest = pledge.max_stay_days
    if longest is not None and longest < pledge.min_stay_days:
        raise Refusal("invalid_range", _("The longest stay cannot be shorter than the shortest."), "max_stay_days")
    if kind_of(pledge.kind).always_exclusive and not pledge.exclusive:
        raise Refusal("must_be_exclusive", _("Strangers are never put in one home."), "exclusive")


def check_complete(pledge: Pledge, *, today: date) -> None:
    """See that a pledge says all that an offer must say. Raises Refusal `required` or `in_the_past` with the field."""
    if not pledge.country:
        raise Refusal("required", _("Say in which country this is."), "country")
    if pledge.available_until is None:
        raise Refusal("required", _("Say from when until when this is available."), "availability")
    if pledge.available_until <= today:
        raise Refusal("in_the_past", _("These days are over: give days that are still to come."), "availability")


def _place_follows(pledge: Pledge, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new country or town leaves no longer true: the town and the region of the one before."""
    follows: dict[str, Any] = {}
    if columns.get("country", pledge.country) != pledge.country:
        follows = {"region": "", "city": None}
    elif columns.get("city", pledge.city) != pledge.city:
        follows = {"region": ""}
    return {name: value for name, value in follows.items() if name not in columns}


def put(pledge: Pledge, columns: Mapping[str, Any]) -> list[str]:
    """Set the columns on the pledge and return the names of all that changed, sorted. Saves nothing.

    A new country or town takes the region of the one before away, unless `columns` names its own.
    """
    before = {name: getattr(pledge, name) for name in (*columns, "region", "city")}
    for name, value in {**_place_follows(pledge, columns), **columns}.items():
        setattr(pledge, name, value)
    check_whole(pledge)
    return sorted(name for name, value in before.items() if getattr(pledge, name) != value)
