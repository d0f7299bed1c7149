"""Pages of a list that hold still while rows come and go: the cursor names the last row seen, not a number of rows."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from api.errors.problem import Problem
from api.lists.lines import Lines, moment

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page, and the addresses of its neighbours, absolute, or None at an end."""

    rows: list[Any]
    next: str | None
    previous: str | None


class CursorPages:
    """Cuts a queryset into pages by `order`, a tuple of columns that together are unique. The schema reads it too."""

    def __init__(self, order: tuple[str, ...] = ("updated_at", "id")) -> None:
        self.order = order

    def page(
        self,
        rows: QuerySet[Any],
        request: HttpRequest,
        lines: Lines | None = None,
        among: Sequence[QuerySet[Any]] = (),
    ) -> Page:
        """Return the page that `limit` and `cursor` ask for. Raises Problem 400 naming the parameter.

        With `lines` its rows are what that fetches; they must have the columns of the order among theirs. `among` are
        rows of other tables with the same columns, which stand between these in their order.
        """
        limit = limit_of(request)
        place, backwards = self._place(rows.model, request.GET.get("cursor"))
        found: list[Any] = []
        for some in (rows, *among):
            beyond = some if place is None else some.filter(_beyond(self.order, place, backwards))
            ordered = beyond.order_by(*(f"-{column}" if backwards else column for column in self.order))[: limit + 1]
            found += lines.fetch(ordered) if lines else list(ordered)
        if among:
            found.sort(key=lambda row: [_value(row, column) for column in self.order], reverse=backwards)
        more, found = len(found) > limit, found[:limit]
        if backwards:
            found.reverse()
        if not found:
            return Page([], None, None)
        after, before = (backwards or more), (place is not None and (more or not backwards))
        columns = lines.columns if lines else ()
        return Page(
            found,
            self._address(request, found[-1], columns, backwards=False) if after else None,
            self._address(request, found[0], columns, backwards=True) if before else None,
        )

    def _address(self, request: HttpRequest, row: Any, columns: Sequence[str], *, backwards: bool) -> str:
        values = [_text(row[columns.index(column)] if columns else _value(row, column)) for column in self.order]
        plain = json.dumps(["<" if backwards else ">", *values]).encode()
        query = request.GET.copy()
        query["cursor"] = base64.urlsafe_b64encode(plain).decode().rstrip("=")
        return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")

    def _place(self, model: type[Model], cursor: str | None) -> tuple[list[Any] | None, bool]:
        """Return the row a cursor stands at, by its order columns, and whether it looks backwards."""
        if cursor is None:
            return None, False
        try:
            raw = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            direction, *values = json.loads(raw)
            if direction not in ("<", ">") or len(values) != len(self.order):
                raise ValueError
            if any(not isinstance(value, str) or "\x00" in value for value in values):
                raise ValueError
            place = [_read(_column(model, name), value) for name, value in zip(self.order, values, strict=True)]
            if None in place:
                raise ValueError
        except (ValueError, OverflowError, TypeError, RecursionError, ValidationError):
            raise Problem(400, "bad_cursor", "This cursor was not given by this list.", "cursor") from None
        return place, direction == "<"

    # what the schema says of it
    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return the two parameters."""
        return [
            {
                "name": "limit",
                "in": "query",
                "description": "How many rows a page holds.",
                "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
            },
            {
                "name": "cursor",
                "in": "query",
                "description": "Where to go on: take `next` or `previous` of an answer as they are.",
                "schema": {"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"},
            },
        ]

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Return the shape of a page of `schema`."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }


def limit_of(request: HttpRequest) -> int:
    """Return the `limit` of a request, 50 if it names none. Raises Problem 400 unless it is 1 to 200."""
    text = request.GET.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= LARGEST_LIMIT):
        raise Problem(400, "out_of_range", f"limit is a whole number from 1 to {LARGEST_LIMIT}.", "limit")
    return int(text)


def _text(value: Any) -> str:
    """Return a column's value as the text that its field reads back."""
    return moment(value) if isinstance(value, datetime) else str(value)


def _read(column: Any, text: str) -> Any:
    """Return what `_text` wrote. Raises ValueError or OverflowError for a moment that it cannot have written."""
    value = column.to_python(text)
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ValueError
    return value.astimezone(UTC)


def _value(row: Any, column: str) -> Any:
    return row[column] if isinstance(row, Mapping) else getattr(row, column)


def _column(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return model._meta.pk


def _beyond(order: Sequence[str], place: Sequence[Any], backwards: bool) -> Q:
    """Return the rows after (or before) `place` in lexicographic order, so that an index on the columns serves it."""
    way = "lt" if backwards else "gt"
    beyond = Q()
    for i, column in enumerate(order):
        same = {order[j]: place[j] for j in range(i)}
        beyond |= Q(**same, **{f"{column}__{way}": place[i]})
    return Q(**{f"{order[0]}__{way}e": place[0]}) & beyond
