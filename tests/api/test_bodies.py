"""Bodies: exactly what the contract says, and nothing that merely looks like it."""

from datetime import date
from typing import Any

import pytest
from rest_framework import serializers

from api.bodies import (
    CountryField,
    DayField,
    IdField,
    LanguageField,
    MoneyField,
    RangeSerializer,
    ReasonIn,
    RegionField,
    StrictBooleanField,
    StrictCharField,
    StrictChoiceField,
    StrictIntegerField,
    StrictListField,
    StrictSerializer,
)
from api.bodies.merge import merged, merged_members
from kernel.money import Money


class Inner(StrictSerializer):
    size = StrictIntegerField(max_value=9)


class Outer(StrictSerializer):
    inner = Inner(required=False)
    several = Inner(many=True, required=False)
    word = StrictCharField(required=False)


def problems(body: Any, shape: type[StrictSerializer] = Outer) -> Any:
    checked = shape(data=body)
    checked.is_valid()
    return checked.errors


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"extra": 1}, ["extra"]),
        ({"inner": {"size": 1, "extra": 1}}, ["inner", "extra"]),
        ({"several": [{"size": 1, "extra": 1}]}, ["several", 0, "extra"]),
    ],
)
def test_it_refuses_a_member_it_does_not_know_at_any_depth(body: Any, where: list[Any]) -> None:
    found = problems(body)
    for step in where:
        found = found[step]
    assert found[0].code == "unknown_field"


def test_it_tells_of_unknown_and_wrong_members_together() -> None:
    assert set(problems({"word": 1, "extra": 1})) == {"word", "extra"}


@pytest.mark.parametrize("body", [[], "text", 1, None, True])
def test_it_takes_an_object_alone(body: Any) -> None:
    assert problems(body if body is not None else [])
    assert problems({"inner": body if body is not None else []})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (StrictIntegerField(), "3"),
        (StrictIntegerField(), True),
        (StrictIntegerField(), 3.0),
        (StrictIntegerField(), 1.5),
        (StrictIntegerField(), -1),
        (StrictIntegerField(), 2**31),
        (StrictBooleanField(), 1),
        (StrictBooleanField(), "true"),
        (StrictBooleanField(), None),
        (StrictBooleanField(), []),
        (StrictCharField(), 1),
        (StrictCharField(), True),
        (StrictCharField(), "x" * 41),
        (StrictCharField(), "a\x00b"),
        (StrictCharField(), "\ud800"),
        (StrictCharField(), ""),
        (StrictCharField(pattern="[a-z]+"), "abc\n"),
        (StrictChoiceField(choices=["0", "True"]), 0),
        (StrictChoiceField(choices=["0", "True"]), True),
        (StrictChoiceField(choices=["a"]), ""),
        (StrictChoiceField(choices=["a"]), ["a"]),
        (StrictChoiceField(choices=["a"]), {}),
        (StrictListField(child=StrictCharField()), "abc"),
        (StrictListField(child=StrictCharField()), ["a", "a"]),
        (StrictListField(child=StrictCharField()), ["a"] * 41),
        (StrictListField(child=StrictCharField()), {"0": "a"}),
        (IdField("nd"), "nd_short"),
        (IdField("nd"), "pl_" + "a" * 26),
        (IdField("nd"), "nd_" + "A" * 26),
        (DayField(), "2026-1-5"),
        (DayField(), "20260105"),
        (DayField(), "2026-W01-1"),
        (DayField(), "2026-02-30"),
        (DayField(), "2026-01-05T00:00:00Z"),
        (DayField(), "٢٠٢٦-01-05"),
        (DayField(), 20260105),
        (CountryField(), "XX"),
        (CountryField(), "de"),
        (CountryField(), "Germany"),
        (RegionField(), "DE-XX"),
        (RegionField(), "BE"),
        (LanguageField(), "English"),
        (LanguageField(), "EN"),
        (MoneyField(), 25),
        (MoneyField(), {"minor": 0, "currency": "EUR"}),
        (MoneyField(), {"minor": -5, "currency": "EUR"}),
        (MoneyField(), {"minor": True, "currency": "EUR"}),
        (MoneyField(), {"minor": "25", "currency": "EUR"}),
        (MoneyField(), {"minor": 25.0, "currency": "EUR"}),
        (MoneyField(), {"minor": 25, "currency": "XTS"}),
        (MoneyField(), {"minor": 25, "currency": ["EUR"]}),
        (MoneyField(), {"minor": 25}),
        (MoneyField(), {"minor": 25, "currency": "EUR", "extra": 1}),
        (MoneyField(), {"minor": 10**12, "currency": "EUR"}),
        (RangeSerializer(), {"from": "2026-01-02", "until": "2026-01-02"}),
        (RangeSerializer(), {"from": "2026-01-02"}),
    ],
)
def test_it_refuses_what_merely_looks_right(field: serializers.Field[Any, Any, Any, Any], value: Any) -> None:
    with pytest.raises(serializers.ValidationError):
        field.run_validation(value)


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        (StrictIntegerField(), 0, 0),
        (StrictBooleanField(), False, False),
        (StrictChoiceField(choices=["a"]), "a", "a"),
        (StrictListField(child=StrictCharField()), ["b", "a"], ["b", "a"]),
        (IdField("nd", "pub"), "pub_" + "a" * 26, "pub_" + "a" * 26),
        (DayField(), "2026-12-01", date(2026, 12, 1)),
        (CountryField(), "DE", "DE"),
        (RegionField(), "DE-BE", "DE-BE"),
        (LanguageField(), "zh-Hant-TW", "zh-Hant-TW"),
        (MoneyField(), {"minor": 2500, "currency": "EUR"}, Money(2500, "EUR")),
        (
            RangeSerializer(),
            {"from": "2026-01-02", "until": "2026-01-03"},
            {"from": date(2026, 1, 2), "until": date(2026, 1, 3)},
        ),
        (ReasonIn(), {}, {}),
        (ReasonIn(), {"reason": "changed_plans"}, {"reason": "other"}),
    ],
)
def test_it_reads_what_is_right(field: serializers.Field[Any, Any, Any, Any], value: Any, meant: Any) -> None:
    assert field.run_validation(value) == meant


@pytest.mark.parametrize(
    ("current", "patch", "result"),
    [  # the test cases of RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_it_merges_as_rfc_7396_says(current: Any, patch: Any, result: Any) -> None:
    assert merged(current, patch) == result


def test_it_merges_the_members_that_a_patch_names_and_leaves_null_to_the_field() -> None:
    current = {"party": {"size": 3, "bands": {"0-2": 0, "18-59": 3}}, "city": 5, "units": 1}
    patch = {"party": {"bands": {"0-2": 1}}, "city": None}
    assert merged_members(current, patch) == {
        "party": {"size": 3, "bands": {"0-2": 1, "18-59": 3}},
        "city": None,
    }
