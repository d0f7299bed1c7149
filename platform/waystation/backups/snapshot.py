"""One moment of the database, read while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

ALIAS = "snapshot"


@contextmanager
def snapshot() -> Iterator[str]:
    """Give the alias of a connection that sees one moment for the length of the block and holds up nobody's writing."""
    own = connection.copy(ALIAS)
    # a reader's transaction: SQLite's usual one here would take the only writer's place
    own.settings_dict.get("OPTIONS", {}).pop("transaction_mode", None)
    connections[ALIAS] = own
    try:
        with transaction.atomic(using=ALIAS):
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield ALIAS
    finally:
        own.close()
        del connections[ALIAS]
