"""Empty tables between transactional tests although append-only triggers refuse just that."""

import contextlib
from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper


@contextlib.contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take every user trigger away for the block, and put each back as it was."""
    if connection.vendor == "sqlite":
        read = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        away, back = 'DROP TRIGGER "{0}"', "{1}"
    else:
        read = (
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgrelid IN (SELECT oid FROM pg_class WHERE relowner = current_user::regrole)"
        )
        away, back = 'ALTER TABLE {1} DISABLE TRIGGER "{0}"', 'ALTER TABLE {1} ENABLE TRIGGER "{0}"'
    with connection.cursor() as cursor:
        cursor.execute(read)
        triggers = cursor.fetchall()
        for row in triggers:
            cursor.execute(away.format(*row))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for row in triggers:
                cursor.execute(back.format(*row))
