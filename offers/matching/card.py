"""The card of a pledge: all that another organisation, or a caseworker before disclosure, may see of it."""

from typing import Any

from offers.matching.found import Found
from offers.pledges.models import Pledge


def pledge_card(pledge: Pledge | Found) -> dict[str, Any]:
    """Return kind, verified features, place to region, units and dates; nothing about the provider, nor whose it is."""
    return {
        "id": pledge.pk,
        "kind": pledge.kind,
        "features": list(pledge.verified_features),
        "country": pledge.country,
        "region": pledge.region or None,
        "units": pledge.units_total,
        "dates": [{"from": one["from"], "until": one["until"]} for one in pledge.availability],
    }
