"""Writing several donations at once, each with values of its own.

One plain statement: Django's `bulk_update` of a hundred takes longer to compose than all else that books a hundred
gifts, and one statement for each costs the database as much again.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model


def write_each(
    model: type[Model], rows: Mapping[str, Mapping[str, Any]], *, same: Mapping[str, Any], among: Collection[str]
) -> int:
    """Write `rows`, values by column by id, where the status is still `among` these; return how many were written.

    All rows have the same columns. `same` are further values, by column, which all of them get.
    """
    names = list(next(iter(rows.values())))
    fields, alike = _fields(model, names), _fields(model, same)
    table, one = model._meta.db_table, ", ".join(["%s"] * (1 + len(names)))
    new = ", ".join(
        [f"{field.column} = {_typed(field, place)}" for place, field in enumerate(fields, start=2)]
        + [f"{field.column} = %s" for field in alike]
    )
    statement = (
        f"UPDATE {table} SET {new} FROM (VALUES {', '.join([f'({one})'] * len(rows))}) AS new "  # noqa: S608 - our own columns
        f"WHERE {table}.id = new.column1 AND {table}.status IN ({', '.join(['%s'] * len(among))})"
    )
    values = [
        [pk, *(field.get_db_prep_save(row[name], connection) for name, field in zip(names, fields, strict=True))]
        for pk, row in rows.items()
    ]
    with connection.cursor() as cursor:
        shared = [field.get_db_prep_save(same[field.name], connection) for field in alike]
        cursor.execute(statement, [*shared, *(value for row in values for value in row), *among])
        return int(cursor.rowcount)


def _fields(model: type[Model], names: Iterable[str]) -> list["Field[Any, Any]"]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]


def _typed(field: "Field[Any, Any]", place: int) -> str:
    """Return a column of the new rows, by its place. PostgreSQL takes one of nothing but NULL for text."""
    column = f"new.column{place}"
    return f"CAST({column} AS {field.db_type(connection)})" if connection.vendor == "postgresql" else column
