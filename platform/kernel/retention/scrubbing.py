"""After a deletion: what the database keeps of deleted rows, and getting rid of that too, as far as it can be done.

SQLite overwrites deleted bytes with zeros (`secure_delete`), but the write-ahead log holds the pages as they were until
it is cut. PostgreSQL leaves deleted rows in the table's file; `VACUUM` frees their place without overwriting it, and
`VACUUM (FULL)` writes the table anew: done for tables small enough to be locked for the moment it takes.
"""

import time
from dataclasses import dataclass

from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from kernel.retention.classes import Rows
from kernel.retention.registry import passing

TRIES = 20
PAUSE = 0.1  # seconds between tries, while another connection reads from the log
REWRITTEN_UP_TO = 256 * 2**20  # bytes: written anew in a second or two
LOCK_WAIT = "'5s'"


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What was done: `clean` if no byte of a deleted row is left in the database's own files; `left`: codes of what is.

    `write_ahead_log`: old segments hold it until the server recycles them · `log_in_use`: another connection reads the
    log, the next run cuts it · `not_owner`: the application's role owns nothing, an operator's role has to do it ·
    `too_large`, `locked`: freed, but not overwritten.
    """

    clean: bool
    left: tuple[str, ...] = ()


def erasable() -> list[str]:
    """Return the tables in which something is ever erased, as the classes of retention declare it."""
    changing = [one for one in passing() if isinstance(one.source, Rows) and one.source.change is not None]
    return sorted({table for one in changing for table in one.tables})


def scrub() -> Scrubbed:
    """Clean the database's files of deleted rows. Call it outside any transaction, after the erasing one."""
    if connection.in_atomic_block:
        raise RuntimeError("A database is cleaned after a transaction, not within one.")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            left = _cut_the_log(cursor)
        else:
            known = set(connection.introspection.table_names(cursor))
            left = [word for table in erasable() if table in known for word in _write_anew(cursor, table)]
            left.append("write_ahead_log")
    return Scrubbed(clean=not left, left=tuple(dict.fromkeys(left)))


def _cut_the_log(cursor: CursorWrapper) -> list[str]:
    for _attempt in range(TRIES):
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_pages = cursor.fetchone()
        if not busy:
            return []
        time.sleep(PAUSE)
    return ["log_in_use"]


def _write_anew(cursor: CursorWrapper, table: str) -> list[str]:
    cursor.execute(
        "SELECT pg_has_role(relowner, 'USAGE'), pg_total_relation_size(oid) FROM pg_class WHERE oid = %s::regclass",
        [table],
    )
    ours, size = cursor.fetchone()
    if not ours:
        return ["not_owner"]
    if size > REWRITTEN_UP_TO:
        cursor.execute(f'VACUUM "{table}"')
        return ["too_large"]
    try:
        cursor.execute(f"SET lock_timeout TO {LOCK_WAIT}")
        cursor.execute(f'VACUUM (FULL) "{table}"')
    except OperationalError:
        cursor.execute(f'VACUUM "{table}"')
        return ["locked"]
    finally:
        cursor.execute("SET lock_timeout TO DEFAULT")
    return []
