"""Rows by the hundred thousand, as plain values: no model is built, and what many rows say alike is read once."""

import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from django.db.models import JSONField, QuerySet, TextField
from django.db.models.functions import Cast

_AT_ONCE = 5000


class _Read(dict[str | None, Any]):
    """What JSON texts say. Lists of languages or features repeat: each text is read the first time it is met."""

    def __missing__(self, text: str | None) -> Any:
        said = self[text] = None if text is None else json.loads(text)
        return said


def plain_rows(rows: QuerySet[Any], columns: Sequence[str]) -> Iterator[Any]:
    """Yield a named tuple of these columns for each row, in the order of the query. What they hold is not changed."""
    fields = [rows.model._meta.get_field(column.removesuffix("_id")) for column in columns]
    said = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
    asked = [Cast(name, TextField()) if place in said else name for place, name in enumerate(columns)]
    read, row_of = _Read(), _row_of(tuple(columns))
    for values in rows.values_list(*asked).iterator(chunk_size=_AT_ONCE):
        plain = list(values)
        for place in said:
            plain[place] = read[plain[place]]
        yield row_of(plain)


@cache
def _row_of(columns: tuple[str, ...]) -> Callable[[list[Any]], Any]:
    """Return what makes a named tuple of the values of these columns."""
    named: Any = namedtuple
    maker: Callable[[list[Any]], Any] = named("Row", columns)._make
    return maker
