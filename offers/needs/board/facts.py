"""What of a need the release policy looks at, in its words."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from kernel.places import macro_zone_of, zone_of
from offers.kinds.vocabulary import MINOR_BANDS
from offers.needs.gate.policy import PARTY_BANDS, SEVERAL, Facts

# the columns of a need that facts are made of, in the order `facts_of` takes them
COLUMNS = ("kind", "urgency", "bands", "party_size", "countries")
AS_JSON = frozenset({"bands", "countries", "consent"})


def facts_of(
    kind: str, urgency: str, bands: Mapping[str, int], party_size: int, countries: Sequence[str] | None
) -> Facts:
    """Return the facts of a need; `countries` are those accepted, None for any."""
    macro_zone, zone = _places(frozenset(countries or ()))
    return Facts(
        kind=kind,
        urgency=urgency,
        minors=sum(bands.get(band, 0) for band in MINOR_BANDS),
        macro_zone=macro_zone,
        zone=zone,
        party_band=PARTY_BANDS[party_size > 1],
    )


def facts_as_kept(kind: str, urgency: str, bands: str, party_size: int, countries: str | None) -> Facts:
    """Return the facts of a need whose JSON is still the text it is kept as."""
    return facts_of(kind, urgency, json.loads(bands), party_size, json.loads(countries or "null"))


@lru_cache(maxsize=4096)
def _places(countries: frozenset[str]) -> tuple[str, str]:
    """Return the macro-zone and the zone of some countries, `several` where there is not exactly one; none is any."""
    zones = {zone_of(country) for country in countries}
    macros = {macro_zone_of(zone) for zone in zones}
    return _one_of(macros), _one_of(zones)


def _one_of(words: set[str]) -> str:
    return next(iter(words)) if len(words) == 1 else SEVERAL


def may_publish(consent: Mapping[str, object]) -> bool:
    """Return whether the consent on record covers an anonymous line on the board."""
    purposes = consent.get("for")
    return bool(consent.get("given")) and isinstance(purposes, list) and "publication" in purposes
