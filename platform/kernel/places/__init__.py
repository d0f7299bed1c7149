"""Places: countries, regions, cities, distances and zones, all from bundled data, loaded on first use."""

from kernel.places.cities import City, Point, cities, city, distance_km
from kernel.places.countries import countries, country_name, is_country, is_region, region_name, regions
from kernel.places.zones import MACRO_ZONES, ZONES, macro_zone_of, zone_name, zone_of

__all__ = [
    "MACRO_ZONES",
    "ZONES",
    "City",
    "Point",
    "cities",
    "city",
    "countries",
    "country_name",
    "distance_km",
    "is_country",
    "is_region",
    "macro_zone_of",
    "region_name",
    "regions",
    "zone_name",
    "zone_of",
]
