"""Impact: how many were reached. Anyone may read it; no figure moves for fewer than ten."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from api import answers
from api.lists import CursorPages
from api.resources import Resource
from offers.impact.models import Figure
from offers.impact.public import public_months

FLOORED = "Since the beginning, to the end of the month; rounded down to full tens."


class ImpactMonthOut(serializers.Serializer[Any]):
    """The figures as they stood at the end of a month, frozen."""

    month = serializers.RegexField(r"^\d{4}-\d{2}$")

    def get_fields(self) -> dict[str, Any]:
        """Add a whole number for each figure."""
        return {
            **super().get_fields(),
            **{
                word: serializers.IntegerField(min_value=0, help_text=f"{str(label).capitalize()}. {FLOORED}")
                for word, label in Figure.choices
            },
        }


class Months(CursorPages):
    """All months at once: there are few, and they never change."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return no parameters."""
        return []

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the shape of the answer, with an example."""
        described = {**schema, "description": "Newest first."}
        return {
            "type": "object",
            "required": ["months"],
            "properties": {"months": described},
            "example": {
                "months": [
                    {"month": "2026-10", "households_asked": 170, "households_helped": 100, "providers": 60},
                    {"month": "2026-09", "households_asked": 150, "households_helped": 100, "providers": 60},
                ]
            },
        }


class Impact(Resource):
    """`/impact`: frozen monthly figures, from which no household and no provider can be read."""

    scopes = {"list": ""}
    shape = ImpactMonthOut
    pages = Months()
    http_method_names = ["get", "head"]

    def known_parameters(self) -> set[str]:
        """Return none."""
        return set()

    def list(self, request: Request) -> HttpResponse:
        """Read how many were reached, month by month. A month is frozen when it is over; a figure moves only once ten
        new households or providers of at least two organisations stand behind it.
        """
        return answers.answer({"months": public_months()})
