"""Countries (ISO 3166-1 alpha-2) and their regions (ISO 3166-2), from pycountry; names from the CLDR through Babel."""

from functools import lru_cache

import pycountry
from babel import Locale, UnknownLocaleError


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    return {country.alpha_2: country.name for country in pycountry.countries}


@lru_cache(maxsize=1)
def _regions() -> dict[str, dict[str, str]]:
    """Region names by code by country, those within another region included."""
    known: dict[str, dict[str, str]] = {}
    for region in pycountry.subdivisions:
        known.setdefault(region.country_code, {})[region.code] = region.name
    return known


@lru_cache(maxsize=1)
def _within_another() -> frozenset[str]:
    return frozenset(region.code for region in pycountry.subdivisions if region.parent_code)


def is_country(code: str) -> bool:
    """Return whether `code` is an ISO 3166-1 alpha-2 code, in capitals."""
    return code in _countries()


@lru_cache(maxsize=1024)
def country_name(code: str, language: str = "en") -> str:
    """Return the country's name in that language, in English if we have no other. Raises KeyError for no country."""
    in_english = _countries()[code]
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(locale.territories.get(code, in_english))


def countries(language: str = "en") -> list[tuple[str, str]]:
    """Return every country as (alpha-2 code, name in that language), by name."""
    named = [(code, country_name(code, language)) for code in _countries()]
    return sorted(named, key=lambda pair: pair[1].casefold())


def is_region(code: str, country: str = "") -> bool:
    """Return whether `code` is an ISO 3166-2 code, of that country if one is named."""
    owner = code.partition("-")[0]
    return country in ("", owner) and code in _regions().get(owner, {})


def region_name(code: str) -> str:
    """Return the region's own name. Raises KeyError if there is no such region."""
    return _regions()[code.partition("-")[0]][code]


def regions(country: str) -> list[tuple[str, str]]:
    """Return a country's first-level regions as (ISO 3166-2 code, name), by name; none for an unknown country."""
    first_level = {code: name for code, name in _regions().get(country, {}).items() if code not in _within_another()}
    return sorted(first_level.items(), key=lambda pair: pair[1].casefold())
