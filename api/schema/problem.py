"""The shape of a problem, declared."""

from typing import Any

from rest_framework import serializers


class ProblemErrorOut(serializers.Serializer[Any]):
    """One thing to mend."""

    code = serializers.CharField(help_text="A stable snake_case word.")
    detail = serializers.CharField(help_text="A sentence for a person.")
    attr = serializers.CharField(allow_null=True, help_text="The field, parameter or header it is about, or null.")


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457. Some problems carry further members, such as the state and what is legal from there."""

    type = serializers.CharField(help_text="A URI that ends in the code, with hyphens.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="A stable snake_case word: decide by this one.")
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField(help_text="Name it when you report a problem.")
    errors = ProblemErrorOut(many=True)  # type: ignore[assignment] # a member of the shape, as RFC 9457 readers expect
