"""A range of days, half-open: `until` is the day it is over."""

from typing import Any

from rest_framework import serializers

from api.bodies.fields import DayField
from api.bodies.strict import StrictSerializer


class RangeSerializer(StrictSerializer):
    """`{"from": "2026-12-01", "until": "2027-03-01"}`: the first day, and the day it is over."""

    until = DayField()

    def get_fields(self) -> dict[str, Any]:
        """Return the two days; `from` cannot be written as an attribute of a class."""
        return {"from": DayField(), **super().get_fields()}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the days. Raises ValidationError `empty_range` unless `until` comes after `from`."""
        if attrs["until"] <= attrs["from"]:
            raise serializers.ValidationError({"until": "This is over before it begins."}, code="empty_range")
        return attrs
