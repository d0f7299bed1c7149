"""Terms: it takes what a pledge may say and names the field of what it may not."""

import pytest

from kernel.states import Refusal
from offers.pledges.drafting import fill
from offers.pledges.terms import checked


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "castle"),
        ("provider_type", "robot"),
        ("units_total", 0),
        ("units_total", 100_001),
        ("max_party", None),
        ("notice_days", -1),
        ("max_stay_days", 0),
        ("radius_km", 20_001),
        ("country", "XX"),
        ("service_area", ["DE", "XX"]),
        ("languages", ["en", "my name is"]),
        ("languages", ["qqq"]),
        ("features", ["haunted"]),
        ("household", {"30-40": 1}),
        ("household", {"18-59": -1}),
        ("refusals", ["nationality"]),
        ("preferences", ["blond"]),
    ],
)
def test_it_names_the_field_that_is_wrong(field, value):
    with pytest.raises(Refusal) as refused:
        checked({field: value})
    assert refused.value.field == field


def test_it_spells_languages_as_everybody_does_and_once():
    assert checked({"languages": ["EN", "pt-br", "en", "zh-hant-TW"]})["languages"] == ["en", "pt-BR", "zh-Hant-TW"]


def test_it_sorts_features():
    assert checked({"features": ["quiet", "pets_ok", "quiet"]})["features"] == ["pets_ok", "quiet"]


def test_it_lets_nobody_set_what_deeds_decide():
    for field in ("status", "units_held", "verified_features", "vetting_valid_until", "organisation"):
        with pytest.raises(KeyError):
            checked({field: "anything"})


def test_it_brings_the_region_along_with_the_city(draft, at):
    pledge = fill(pledge=draft, changes={"city": 2950159}, at=at)
    assert pledge.region == "DE-BE"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "FR", "city": 2950159}, "city"),
        ({"city": 1}, "city"),
        ({"country": "FR", "region": "DE-BE"}, "region"),
        ({"min_stay_days": 30, "max_stay_days": 7}, "max_stay_days"),
        ({"exclusive": False}, "exclusive"),
    ],
)
def test_it_refuses_fields_that_do_not_agree(draft, at, changes, field):
    with pytest.raises(Refusal) as refused:
        fill(pledge=draft, changes=changes, at=at)
    assert refused.value.field == field
