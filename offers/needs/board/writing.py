"""Ten thousand rows at once: as plain values, without an object for each.

PostgreSQL is given a list for each column, which it reads in half the time that so many rows of placeholders take it;
SQLite one statement, read once, for row after row.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    Field = models.Field[Any, Any]


def write_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values (text, numbers, bytes, aware moments), in the order of `columns`.

    A foreign key is named by its column and takes a key. What the database refuses, it refuses here too; defaults that
    are made in Python, and `save()`, are the caller's business.
    """
    if not rows:
        return
    connection = connections[router.db_for_write(model)]
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) "
    (_write_lists if connection.vendor == "postgresql" else _write_values)(connection, into, fields, rows)


def _write_lists(
    connection: BaseDatabaseWrapper, into: str, fields: "Sequence[Field]", rows: Sequence[Sequence[Any]]
) -> None:
    places = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    lists = [list(column) for column in zip(*rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"{into} SELECT * FROM unnest({places})", lists)  # noqa: S608 - names of our own columns and types


def _write_values(
    connection: BaseDatabaseWrapper, into: str, fields: "Sequence[Field]", rows: Sequence[Sequence[Any]]
) -> None:
    moments = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    plain: Sequence[Any] = [list(row) for row in rows] if moments else rows
    for place in moments:
        for values in plain:
            values[place] = connection.ops.adapt_datetimefield_value(values[place])
    with connection.cursor() as cursor:
        cursor.executemany(f"{into} VALUES ({', '.join(['%s'] * len(fields))})", plain)
