"""From what a Resource declares to an OpenAPI operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from api.bodies import ReasonIn
from api.errors.problem import CONTENT_TYPE
from api.schema.problem import ProblemOut
from kernel import ids

PRINTABLE = "[ -~]"  # printable ASCII
_ANSWER_HEADERS = {
    "Request-Id": "The id of this request.",
    "RateLimit-Policy": "What a client may ask for in a stretch of time.",
    "RateLimit": "What is left of it.",
}


class ResourceSchema(AutoSchema):
    """Reads `bodies`, `shape`, `statuses`, `parameters` and `examples` of a Resource; adds what the conventions add."""

    view: Any

    def get_tags(self) -> list[str]:
        """Return the plural noun of the path."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_operation_id(self) -> str:
        """Return verb and noun: `list_pledges`, `get_pledge`, `pause_pledge`; the noun is the router's basename."""
        one = self.view.basename.replace("-", "_")
        noun = f"{one}es" if one.endswith(("ch", "sh")) else f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"
        action = self.view.action
        verbs = {"list": f"list_{noun}", "retrieve": f"get_{one}", "create": f"create_{one}"}
        verbs |= {"partial_update": f"update_{one}", "bulk": f"bulk_create_{noun}"}
        return verbs.get(action, f"{one}_{action}" if self.method == "GET" else f"{action}_{one}")

    def get_auth(self) -> list[dict[str, Any]]:
        """Return what opens the operation; where anyone may come in, nothing does as well."""
        found: list[dict[str, Any]] = super().get_auth()
        return found if self.view.scopes.get(self.view.action) else [*found, {}]

    def get_request_serializer(self) -> Any:
        """Return what the body says."""
        return self.view.bodies.get(self.view.action, ReasonIn)

    def get_response_serializers(self) -> Any:
        """Return the shape of success; the Problem of everything else is `default`."""
        action = self.view.action
        shape = self.view.shapes.get(action, self.view.shape)
        status = self.view.statuses.get(action, 201 if action == "create" else 200)
        told: dict[Any, Any] = {(status, "application/json"): shape, ("default", CONTENT_TYPE): ProblemOut}
        if action == "retrieve":
            told["304"] = OpenApiResponse(description="The ETag you sent still names it.")
        return told

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters that conventions read, and those the resource declares for this action."""
        view, action = self.view, self.view.action
        found = [
            OpenApiParameter(name, dict(schema), OpenApiParameter.QUERY)
            for name, schema in view.parameters.get(action, {}).items()
        ]
        if "{id}" in self.path:
            found.append(OpenApiParameter("id", self.id_schema(), OpenApiParameter.PATH))
        for name, prefix in view.parents.items():
            schema = {"type": "string", "pattern": f"^{ids.pattern(prefix)}$"}
            found.append(OpenApiParameter(name, schema, OpenApiParameter.PATH))
        if view.expandable:
            words = "|".join(sorted(view.expandable))
            schema = {"type": "string", "pattern": f"^({words})(,({words}))*$"}
            found.append(OpenApiParameter("expand", schema, OpenApiParameter.QUERY))
        return [*found, *self._header_parameters()]

    def id_schema(self) -> dict[str, Any]:
        """Return how the ids of this resource are spelled."""
        return {"type": "string", "pattern": f"^{ids.pattern(self.view.prefix)}$"}

    def _header_parameters(self) -> list[OpenApiParameter]:
        view, action, found = self.view, self.view.action, []
        key = {"type": "string", "pattern": f"^{PRINTABLE}{{1,255}}$"}
        tag = {"type": "string", "pattern": f"^{PRINTABLE}+$"}
        if self.method == "POST":
            needed = action in view.keyed
            words = "A fresh random text per request. A repeat within 24 hours gets the first answer again."
            found.append(OpenApiParameter("Idempotency-Key", key, OpenApiParameter.HEADER, needed, words))
        if self.method == "PATCH":
            words = "The ETag you read."
            found.append(OpenApiParameter("If-Match", tag, OpenApiParameter.HEADER, True, words))
        if action == "retrieve":
            words = "The ETag you have: 304 if nothing changed."
            found.append(OpenApiParameter("If-None-Match", tag, OpenApiParameter.HEADER, False, words))
        return found

    def get_filter_backends(self) -> list[Any]:
        """Filters are read from `filters` below."""
        return []

    def _get_filter_parameters(self) -> list[dict[str, Any]]:
        if self.view.action != "list" or not self.view.filters:
            return []
        return [
            {"name": name, "in": "query", "schema": filter_schema(field), **described(field)}
            for name, field in self.view.filters.base_filters.items()
        ]

    def _get_paginator(self) -> Any:
        return self.view.pages if self.view.action == "list" else None

    def map_parsers(self) -> list[str]:
        """Return the media types a body may come in."""
        return ["application/json", "application/merge-patch+json"] if self.method == "PATCH" else ["application/json"]

    def map_renderers(self, attribute: str) -> list[str]:
        """Return the one media type of an answer."""
        return ["application/json"] if attribute == "media_type" else []

    def get_examples(self) -> list[OpenApiExample]:
        """Return the body that the tests send."""
        body = self.view.examples.get(self.view.action)
        return [OpenApiExample("Example", value=body, request_only=True)] if body is not None else []

    def _get_response_headers_for_code(self, status_code: str, direction: str = "response") -> dict[str, Any]:
        headers = dict(_ANSWER_HEADERS)
        if status_code != "default" and self.view.action in ("create", "retrieve", "partial_update"):
            headers["ETag"] = "Names these very bytes."
        if status_code == "201":
            headers["Location"] = "Where it can be read."
        return {name: {"schema": {"type": "string"}, "description": words} for name, words in headers.items()}


def described(field: Any) -> dict[str, str]:
    """Return the help text of a filter as a description, if it has one."""
    words = field.extra.get("help_text")
    return {"description": str(words)} if words else {}


def filter_schema(field: Any) -> dict[str, Any]:
    """Return what a filter takes: an enum for choices, a format for moments and days, a bound for text."""
    kind = type(field).__name__
    if kind == "TruthFilter":
        return {"type": "boolean"}
    choices = field.extra.get("choices")
    if choices is not None:
        return {"type": "string", "enum": [str(value) for value, _ in choices]}
    if "DateTime" in kind:
        return {"type": "string", "format": "date-time"}
    if "Date" in kind:
        return {"type": "string", "format": "date"}
    if "Number" in kind:
        return {"type": "integer"}
    text: dict[str, Any] = {"type": "string", "maxLength": field.extra.get("max_length", 40)}
    return text
