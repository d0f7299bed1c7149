"""Many rows in one request: each stands or falls by itself."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer

from api import answers
from api.bodies.fields import StrictIntegerField, StrictListField
from api.bodies.strict import StrictSerializer
from api.errors.handler import as_problem, problem_body
from api.schema.problem import ProblemOut

MOST_ROWS = 1000


class BulkIn(StrictSerializer):
    """The body of a bulk request. Rows are checked one by one: a wrong one does not stop the others."""

    rows = StrictListField(child=serializers.JSONField(), min_length=1, max_length=MOST_ROWS, repeats=True)


class BulkResult(serializers.Serializer[Any]):
    """What became of one row: its place in the request, the status it would have had alone, its id or its problem."""

    index = StrictIntegerField()
    status = StrictIntegerField()
    id = serializers.CharField(required=False)
    problem = ProblemOut(required=False)


class BulkOut(serializers.Serializer[Any]):
    """A result per row, in the order of the rows."""

    results = BulkResult(many=True)


def bulk(
    request: HttpRequest, rows: list[Any], *, shape: type[BaseSerializer[Any]], deed: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Validate each row by `shape`, do `deed` in a savepoint of its own, and answer 200 with a result per row.

    Must run inside `Resource.once`, so that a repeat under the same key replays the whole answer.
    """
    results = [{"index": i, **_one(request, row, shape, deed)} for i, row in enumerate(rows)]
    return answers.answer({"results": results})


def _one(
    request: HttpRequest, row: Any, shape: type[BaseSerializer[Any]], deed: Callable[[dict[str, Any]], Any]
) -> Mapping[str, Any]:
    try:
        with transaction.atomic():
            body = shape(data=row)
            body.is_valid(raise_exception=True)
            return {"status": 201, "id": deed(dict(body.validated_data)).pk}
    except Exception as exc:
        problem = as_problem(exc)
        if problem is None or problem.status >= 500:
            raise
        return {"status": problem.status, "problem": problem_body(problem, request)}
