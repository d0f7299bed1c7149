"""Reading the tables of the trail as they are, whatever somebody put into them, and a batch at a time.

The models would stumble over a date that is none; here every column is what the database holds, as a word to hash.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

from kernel.audit.statements import Statement

BATCH = 2000


class Row(NamedTuple):
    """A seal beside the entry it names; `entry` is None where there is no such entry."""

    position: Any
    entry_id: Any
    entry_hash: Any
    previous_hash: Any
    hash: Any
    sealed_at: Any
    entry: tuple[Any, ...] | None


def _moment(column: str) -> str:
    """Return the SQL that reads a moment as text; a column that holds none gives some other text, or nothing."""
    if connection.vendor == "postgresql":
        return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')"""
    return f"CAST({column} AS text)"


def _instant(text: Any) -> Any:
    """Return the moment as `canonical.instant` writes it. SQLite keeps it with a space, and no empty fraction."""
    if connection.vendor == "postgresql" or not isinstance(text, str):
        return text
    whole = text if "." in text else f"{text}.000000"
    return f"{whole.replace(' ', 'T', 1)}+00:00"


def _list(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return text


# ruff: noqa: S608 - every part of these statements is a constant of this file
def rows_after(position: int, until: int | None = None) -> Iterator[Row]:
    """Yield every seal above `position` with its entry, by position. Holds one batch in memory, on any database."""
    end = "" if until is None else f"AND s.position <= {int(until)} "
    statement = (
        f"SELECT s.position, s.entry_id, s.entry_hash, s.previous_hash, s.hash, {_moment('s.sealed_at')}, "
        f"e.id, {_moment('e.at')}, e.actor, e.action, e.object_id, e.reason, CAST(e.fields AS text) "
        "FROM audit_auditseal s LEFT JOIN audit_auditentry e ON e.id = s.entry_id "
        f"WHERE s.position > %s {end}ORDER BY s.position LIMIT {BATCH}"
    )
    last: Any = position
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, [last])
            batch = cursor.fetchall()
            for row in batch:
                position, entry_id, entry_hash, previous_hash, own_hash, sealed_at, *entry = row
                pk, at, actor, action, object_id, reason, fields = entry
                found = (pk, _instant(at), actor, action, object_id, reason, _list(fields))
                yield Row(
                    position,
                    entry_id,
                    entry_hash,
                    previous_hash,
                    own_hash,
                    _instant(sealed_at),
                    None if pk is None else found,
                )
            if len(batch) < BATCH:
                return
            last = batch[-1][0]


def stored_statements() -> list[tuple[Statement, Any]]:
    """Return every stored checkpoint, by number, each with the hash that its row claims."""
    statement = (
        f"SELECT number, position, head, {_moment('at')}, previous_hash, key, signature, hash "
        "FROM audit_auditcheckpoint ORDER BY number"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [
            (Statement(number, position, head, _instant(at), previous, key, signature), claimed)
            for number, position, head, at, previous, key, signature, claimed in cursor.fetchall()
        ]


def one_number(statement: str, *values: Any) -> Any:
    """Return the single value that a statement answers with."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
