"""Empty tables between transactional tests although append-only triggers refuse just that."""

import contextlib
from collections.abc import Collection, Iterator

from django.db.backends.base.base import BaseDatabaseWrapper


@contextlib.contextmanager
def lifted(connection: BaseDatabaseWrapper, tables: Collection[str]) -> Iterator[None]:
    """Take every user trigger of these tables away for the block, and put each back as it was."""
    if connection.vendor == "sqlite":
        read = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        away, back = 'DROP TRIGGER "{0}"', "{1}"
    else:
        read = (
            "SELECT tgname, tgrelid::regclass::text, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND relowner = current_user::regrole"
        )
        away, back = 'ALTER TABLE {1} DISABLE TRIGGER "{0}"', 'ALTER TABLE {1} ENABLE TRIGGER "{0}"'
    with connection.cursor() as cursor:
        cursor.execute(read)
        triggers = [row for row in cursor.fetchall() if row[2] in tables]
        for row in triggers:
            cursor.execute(away.format(*row))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for row in triggers:
                cursor.execute(back.format(*row))
