"""Money in a body and in an answer."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kernel.money import CURRENCIES, Money

LARGEST = 10**11
_WORDS = "Minor units, by the exponent of ISO 4217: 2500 EUR is 25 euros, 2500 JPY is 2500 yen."


def _schema(**minor: int) -> dict[str, Any]:
    return {
        "type": "object",
        "description": _WORDS,
        "properties": {
            "minor": {"type": "integer", "format": "int64", **minor},
            "currency": {"type": "string", "enum": list(CURRENCIES)},
        },
        "required": ["minor", "currency"],
    }


@extend_schema_field({**_schema(minimum=1, maximum=LARGEST), "additionalProperties": False}, component_name="MoneyIn")
class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """`{"minor": 2500, "currency": "EUR"}`, more than nothing, in a currency taken here."""

    default_error_messages = {
        "not_money": 'Money is {{"minor": 2500, "currency": "EUR"}}.',
        "too_small": "This is not an amount above zero.",
        "too_large": "This amount is too large.",
        "unknown_currency": "This currency is not taken here.",
    }

    def to_internal_value(self, data: Any) -> Money:
        """Return the Money. Fails `not_money`, `too_small`, `too_large` or `unknown_currency`."""
        if not isinstance(data, Mapping) or set(data) != {"minor", "currency"} or type(data["minor"]) is not int:
            self.fail("not_money")
        if data["currency"] not in CURRENCIES:
            self.fail("unknown_currency")
        if data["minor"] < 1:
            self.fail("too_small")
        if data["minor"] > LARGEST:
            self.fail("too_large")
        return Money(data["minor"], data["currency"])


@extend_schema_field(_schema(), component_name="Money")
class MoneyShape(serializers.Field[Any, Any, Any, Any]):
    """Money in an answer: any amount, below zero too."""
