"""A body is an object with the members it is meant to have, and no others."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

_MOST_MEMBERS = 100  # far above what any body has: each unknown one costs an error of its own


class StrictSerializer(serializers.Serializer[Any]):
    """The base of every request body, nested ones included. An unknown member is a 400 `unknown_field` naming it."""

    def said_of_unknown(self, name: str) -> str:
        """Return what to say of a member that is not taken here."""
        return "There is no such field here."

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated members. Raises ValidationError for no object, unknown members, wrong values."""
        if not isinstance(data, Mapping):
            wrong = ErrorDetail("This is a JSON object.", code="not_an_object")
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [wrong]})
        if len(data) > _MOST_MEMBERS:
            wrong = ErrorDetail("This has more members than any object here.", code="too_many_members")
            raise serializers.ValidationError({api_settings.NON_FIELD_ERRORS_KEY: [wrong]})
        known = {name for name, field in self.fields.items() if not field.read_only}
        errors: dict[str, Any] = {
            str(name): [ErrorDetail(self.said_of_unknown(str(name)), code="unknown_field")]
            for name in data
            if name not in known
        }
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as exc:
            errors = {**exc.detail, **errors} if isinstance(exc.detail, dict) else errors
        if errors:
            raise serializers.ValidationError(errors)
        return values
