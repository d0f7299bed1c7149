"""Rows by the hundred thousand, as plain values: no model is built, and what many rows say alike is read once."""

import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from django.db import connections
from django.db.models import DateField, DateTimeField, JSONField, QuerySet, TextField
from django.db.models.functions import Cast

_AT_ONCE = 5000
_AS_IT_IS: Mapping[str, Callable[[Any], Any]] = MappingProxyType({})


class _Read(dict[str | None, Any]):
    """What texts say. Days and lists of languages or features repeat: each is read the first time it is met."""

    def __init__(self, reader: Callable[[str], Any]) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, text: str | None) -> Any:
        said = self[text] = None if text is None else self._reader(text)
        return said


def plain_rows(
    rows: QuerySet[Any], columns: Sequence[str], shapes: Mapping[str, Callable[[Any], Any]] = _AS_IT_IS
) -> Iterator[Any]:
    """Yield a named tuple of these columns for each row, in the order of the query. What they hold is not changed.

    `shapes` makes of a column of JSON what is wanted of it, once for all rows that say the same.
    """
    readers = {name: reader for name in columns if (reader := _reader_of(rows, name, shapes.get(name)))}
    asked = [Cast(name, TextField()) if name in readers else name for name in columns]
    read = [(place, _Read(readers[name])) for place, name in enumerate(columns) if name in readers]
    row_of = _row_of(tuple(columns))
    for values in rows.values_list(*asked).iterator(chunk_size=_AT_ONCE):
        plain = list(values)
        for place, said in read:
            plain[place] = said[plain[place]]
        yield row_of(plain)


def _reader_of(rows: QuerySet[Any], name: str, shape: Callable[[Any], Any] | None) -> Callable[[str], Any] | None:
    """Return what reads a column of which texts are asked for; None for one that comes as it is."""
    field = rows.model._meta.get_field(name.removesuffix("_id"))
    if isinstance(field, DateField) and not isinstance(field, DateTimeField):
        # SQLite keeps days as texts, and Django would read each of them anew
        return date.fromisoformat if connections[rows.db].vendor == "sqlite" else None
    if not isinstance(field, JSONField):
        return None

    def read(text: str) -> Any:
        said = json.loads(text)
        return said if shape is None else shape(said)

    return read


@cache
def _row_of(columns: tuple[str, ...]) -> Callable[[list[Any]], Any]:
    """Return what makes a named tuple of the values of these columns."""
    named: Any = namedtuple
    maker: Callable[[list[Any]], Any] = named("Row", columns)._make
    return maker
