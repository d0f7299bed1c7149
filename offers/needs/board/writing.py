"""Ten thousand rows at once: as plain values, a few hundred a statement, without an object for each."""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router

_A_STATEMENT = 500  # rows


def write_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values (text, numbers, bytes, aware moments), in the order of `columns`.

    A foreign key is named by its column and takes a key. What the database refuses, it refuses here too; defaults that
    are made in Python, and `save()`, are the caller's business.
    """
    connection = connections[router.db_for_write(model)]
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    moments = [place for place, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(field.column) for field in fields)
    into = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) VALUES "  # noqa: S608 - names of our own tables
    places = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), _A_STATEMENT):
            some = [list(row) for row in rows[start : start + _A_STATEMENT]]
            for values in some:
                for place in moments:
                    values[place] = connection.ops.adapt_datetimefield_value(values[place])
            cursor.execute(into + ", ".join([places] * len(some)), [value for values in some for value in values])
