"""A pledge in words for its provider and for those who vet it: everything but who it is."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kernel import places
from offers.kinds.languages import language_name
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import WISHES, Feature, PartyTrait
from offers.pledges import availability
from offers.pledges.models import Pledge


def day(value: date) -> str:
    """Write a day as people of the page's language do."""
    return date_format(value, "DATE_FORMAT")


def _days(pledge: Pledge) -> str:
    ranges = availability.read(pledge.availability)
    return "; ".join(_("%(start)s to %(end)s") % {"start": day(one.start), "end": day(one.end)} for one in ranges)


def _place(pledge: Pledge) -> str:
    if not pledge.country:
        return ""
    town = places.city(pledge.city) if pledge.city else None
    parts = [
        town.name if town else "",
        places.region_name(pledge.region) if pledge.region else "",
        places.country_name(pledge.country, get_language() or "en"),
    ]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _nights(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _stay(pledge: Pledge) -> str:
    least = _("at least %s") % _nights(pledge.min_stay_days) if pledge.min_stay_days else ""
    most = _("at most %s") % _nights(pledge.max_stay_days) if pledge.max_stay_days else ""
    return ", ".join(part for part in (least, most) if part)


def feature_names(words: list[str]) -> str:
    """Return features as people call them."""
    return ", ".join(str(Feature(word).label) for word in words)


def _all_facts(pledge: Pledge) -> Iterator[tuple[Any, Any, str]]:
    kind = kind_of(pledge.kind)
    language = get_language() or "en"
    yield _("Kind"), kind.title, "kind"
    yield kind.units, pledge.units_total, "details"
    yield _("Offered by"), pledge.get_provider_type_display(), "details"
    if "max_party" in kind.fields:
        yield _("People each"), pledge.max_party, "details"
    yield _("Days"), _days(pledge), "details"
    yield _("To prepare"), _nights(pledge.notice_days) if pledge.notice_days else "", "details"
    yield _("Length of stay"), _stay(pledge), "details"
    yield _("Place"), _place(pledge), "place"
    yield _("Up to"), f"{pledge.radius_km} km" if pledge.radius_km else "", "place"
    yield _("By phone or video"), _("yes") if pledge.remote else "", "place"
    yield _("Also in"), ", ".join(places.country_name(code, language) for code in pledge.service_area), "place"
    yield _("Languages"), ", ".join(language_name(tag, language) for tag in pledge.languages), "languages"
    yield _("What applies"), feature_names(pledge.features), "languages"
    refused = [str(PartyTrait(word).label) for word in pledge.refusals if word in PartyTrait.values]
    yield _("Cannot take"), ", ".join(refused), "languages"
    wished = [str(WISHES[word]) for word in pledge.preferences if word in WISHES]
    yield _("Suits best"), ", ".join(wished), "languages"


def facts_of(pledge: Pledge) -> list[tuple[Any, Any, str]]:
    """Return (label, value, page of the form) for everything the pledge says; what it leaves open is left out."""
    return [fact for fact in _all_facts(pledge) if fact[1] != ""]
