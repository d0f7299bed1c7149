"""Fields that take exactly what the contract says: no `"3"` for 3, no `1` for true, no text without a bound."""

import re
from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from kernel import ids
from kernel.places import is_country, is_region

_LARGEST = 2**31 - 1


class StrictIntegerField(serializers.IntegerField):
    """A JSON whole number between `min_value` (0) and `max_value` (2³¹ − 1)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": _LARGEST, **kwargs})

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Fails `invalid` for text, true, false and fractions."""
        if type(data) is not int:
            self.fail("invalid")
        return int(data)


class StrictBooleanField(serializers.BooleanField):
    """JSON true or false, nothing that merely looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth value. Fails `invalid` for everything else."""
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return bool(data)


class StrictCharField(serializers.CharField):
    """Text of at most `max_length` (40) characters; `pattern` must match all of it, if given, else `complaint`."""

    def __init__(
        self, *, pattern: str = "", complaint: str = "This does not have the shape asked for.", **kwargs: Any
    ) -> None:
        self.pattern = pattern
        super().__init__(**{"max_length": 40, "trim_whitespace": not pattern, **kwargs})
        if pattern:
            self.validators.append(RegexValidator(rf"^(?:{pattern})\Z", complaint, "bad_format"))

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Fails `invalid` for numbers and truth values, which DRF would turn into text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class StrictChoiceField(serializers.ChoiceField):
    """One of the words, as text. Blank is no word."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the word. Fails `invalid_choice` for another one, or for what is no text."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", input=data if isinstance(data, str) else type(data).__name__)
        return data


class StrictListField(serializers.ListField):
    """A list of at most `max_length` (40) members; without `repeats`, each only once."""

    def __init__(self, *, repeats: bool = False, **kwargs: Any) -> None:
        self.repeats = repeats
        super().__init__(**{"max_length": 40, **kwargs})

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the members. Fails `max_length` before it reads any, `repeated` if one stands in the list twice."""
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        values: list[Any] = super().to_internal_value(data)
        if not self.repeats and any(value in values[:i] for i, value in enumerate(values)):
            raise serializers.ValidationError("Each member may stand here once.", code="repeated")
        return values


class IdField(StrictCharField):
    """The public id of a thing, by its prefix: `IdField("nd")`. Whether it exists is for the deed to say."""

    def __init__(self, prefix: str = "", *prefixes: str, **kwargs: Any) -> None:
        words = (prefix, *prefixes)
        pattern = ids.pattern(prefix) if not prefixes else f"(?:{'|'.join(ids.pattern(word) for word in words)})"
        super().__init__(pattern=pattern, **kwargs)


class DayField(serializers.DateField):
    """A plain day, `2026-12-01`, and no other spelling of it."""

    def to_internal_value(self, value: Any) -> date:
        """Return the day. Fails `invalid` for another spelling."""
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


class CountryField(StrictCharField):
    """A country, ISO 3166-1 alpha-2."""

    default_error_messages = {"unknown_country": "This is not a country code of ISO 3166-1."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"pattern": "[A-Z]{2}", "max_length": 2, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the code. Fails `unknown_country` for one that no country has."""
        value = super().run_validation(data)
        if isinstance(value, str) and value and not is_country(value):
            self.fail("unknown_country")
        return value


class RegionField(StrictCharField):
    """A part of a country, ISO 3166-2."""

    default_error_messages = {"unknown_region": "This is not a region code of ISO 3166-2."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"pattern": "[A-Z]{2}-[A-Z0-9]{1,3}", "max_length": 6, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the code. Fails `unknown_region` for one that no region has."""
        value = super().run_validation(data)
        if isinstance(value, str) and value and not is_region(value):
            self.fail("unknown_region")
        return value


class LanguageField(StrictCharField):
    """A language, BCP 47: `en`, `zh-Hant`, `pt-BR`."""

    def __init__(self, **kwargs: Any) -> None:
        pattern = "[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
        super().__init__(**{"pattern": pattern, "max_length": 11, **kwargs})
