"""Filters of lists: django-filter, and nothing that it does not know."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters.fields import IsoDateTimeField
from django_filters.utils import translate_validation

from api.errors.problem import Problem


class TruthFilter(django_filters.TypedChoiceFilter):  # type: ignore[misc] # the library is untyped
    """`true` or `false`; django-filter's own takes any other word as no filter at all."""

    def __init__(self, **kwargs: Any) -> None:
        words = [("true", "true"), ("false", "false")]
        super().__init__(**{"choices": words, "coerce": lambda text: text == "true", **kwargs})


class MomentField(IsoDateTimeField):  # type: ignore[misc] # the library is untyped
    """A moment, in UTC from here on: near the ends of the calendar one of another zone is in no year."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment. Raises ValidationError `invalid`."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class MomentFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc] # the library is untyped
    """By a moment that every database can hold."""

    field_class = MomentField


class ListFilters(django_filters.FilterSet):  # type: ignore[misc] # the library is untyped
    """The base of every list's filters. `modified_after` is inclusive: ask again from the last `updated_at` seen."""

    modified_after = MomentFilter(
        field_name="updated_at", lookup_expr="gte", help_text="Rows changed at that moment or later (RFC 3339)."
    )

    def narrowed(self) -> QuerySet[Any]:
        """Return the filtered rows. Raises ValidationError naming the parameter."""
        if not self.is_valid():
            raise translate_validation(self.errors)
        found: QuerySet[Any] = self.qs
        return found


def refuse_unknown(request: HttpRequest, known: Iterable[str]) -> None:
    """Raise Problem 400 for a parameter that is not `known`, is empty or repeated, or holds a NUL byte."""
    for name, values in request.GET.lists():
        if name not in set(known):
            raise Problem(400, "unknown_parameter", "There is no such parameter here.", name)
        if len(values) > 1:
            raise Problem(400, "repeated_parameter", "Give this parameter once.", name)
        if not values[0]:
            raise Problem(400, "empty_parameter", "Give this parameter a value, or leave it out.", name)
        if "\x00" in values[0]:
            raise Problem(400, "bad_format", "This holds a character that no value has.", name)
