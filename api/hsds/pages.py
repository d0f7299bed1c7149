"""Pages as HSDS numbers them. The rows are few: an organisation has one for each kind of help at most."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from api.errors.problem import Problem

DEFAULT_SIZE = 50
LARGEST_SIZE = 200
LAST_NUMBER = 99_999
_NUMBERS = {
    "page": (LAST_NUMBER, 1, "Which page, from 1."),
    "per_page": (LARGEST_SIZE, DEFAULT_SIZE, "How many rows a page holds."),
}
_FACTS: dict[str, dict[str, Any]] = {
    "total_items": {"type": "integer", "minimum": 0},
    "total_pages": {"type": "integer", "minimum": 0},
    "page_number": {"type": "integer", "minimum": 1},
    "size": {"type": "integer", "minimum": 0, "description": "How many rows this page holds."},
    "first_page": {"type": "boolean"},
    "last_page": {"type": "boolean"},
    "empty": {"type": "boolean"},
}


class NumberedPages:
    """Cuts rows into numbered pages. A page beyond the last is empty."""

    def page(self, rows: Sequence[Any], request: HttpRequest) -> dict[str, Any]:
        """Return the page that `page` and `per_page` ask for. Raises Problem 400 `out_of_range` naming the one."""
        number, size = _number(request, "page"), _number(request, "per_page")
        contents = list(rows[(number - 1) * size : number * size])
        pages = -(-len(rows) // size)
        return {
            "total_items": len(rows),
            "total_pages": pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number >= pages,
            "empty": not contents,
            "contents": contents,
        }

    # what the schema says of it
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the two parameters."""
        return [
            {
                "name": name,
                "in": "query",
                "description": words,
                "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": default},
            }
            for name, (most, default, words) in _NUMBERS.items()
        ]

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the shape of a page of `schema`."""
        return {
            "type": "object",
            "required": [*_FACTS, "contents"],
            "properties": {**_FACTS, "contents": schema},
        }


def _number(request: HttpRequest, name: str) -> int:
    most, default, _words = _NUMBERS[name]
    text = request.GET.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= most):
        raise Problem(400, "out_of_range", f"{name} is a whole number from 1 to {most}.", name)
    return int(text)
