"""Rows of a table as lines of JSON, straight from what the database hands over.

A list of a hundred rows spends most of its time in taking apart JSON columns and putting them together again, and in
building objects that are read once. Here a column of JSON stays the text it is, and every other value is written once.
What a line says is held by a test to what the same row says alone.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from json.encoder import encode_basestring
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import JSONField, Model, QuerySet

from api.answers import rfc3339

Source = str | tuple[str, Callable[[Any], Any]]


class Lines:
    """Writes rows of `model` as JSON objects. `members` gives, by name, a column, or a column and what to make of it.

    `{"id": "id", "unit": ("kind", unit_of)}`: the function gets a value that is not JSON, and returns a plain one.
    """

    def __init__(self, model: type[Model], members: Mapping[str, Source]) -> None:
        sources = [(source, None) if isinstance(source, str) else source for source in members.values()]
        self.columns = tuple(dict.fromkeys(column for column, _ in sources))
        self._writers = [(self.columns.index(column), _writer(model, column, made)) for column, made in sources]
        self._template = "{" + ",".join(f'"{name}":%s' for name in members) + "}"

    def fetch(self, rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
        """Return the rows as the database's driver hands them over, in the order of `columns`. One query."""
        try:
            sql, params = rows.values_list(*self.columns).query.sql_with_params()
        except EmptyResultSet:  # the filters contradict each other: there is nothing to ask
            return []
        with connections[rows.db].cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def written(self, row: tuple[Any, ...]) -> str:
        """Return one fetched row as a JSON object."""
        return self._template % tuple([write(row[place]) for place, write in self._writers])


def _writer(model: type[Model], column: str, made: Callable[[Any], Any] | None) -> Callable[[Any], str]:
    if isinstance(model._meta.get_field(column), JSONField):
        return _as_it_is
    return _write if made is None else lambda value: _write(made(value))


def _as_it_is(text: str | None) -> str:
    return "null" if text is None else text


def _write(value: Any) -> str:
    return _WRITE[type(value)](value)


_WRITE: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): lambda _: "null",
    date: lambda day: f'"{day.isoformat()}"',
    datetime: lambda at: f'"{moment(at)}"',
}


def moment(at: datetime) -> str:
    """Return a moment of the database as text: SQLite's driver hands it over in UTC without saying so."""
    return rfc3339(at) if at.tzinfo else f"{at.isoformat()}Z"
