"""Every place where words might come to lie: the database with its files, what is logged, what is kept beside it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import postgres

Place = tuple[str, bytes]


def database_bytes() -> Iterator[Place]:
    """Yield the name and content of everything the database keeps: SQLite's files, or every row and a real dump."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        for part in file.parent.glob(f"{file.name}*"):
            yield part.name, part.read_bytes()
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')
            yield table, "\n".join(row[0] for row in cursor.fetchall()).encode()
    yield "pg_dump", dump()


def dump() -> bytes:
    """Return what pg_dump writes of the database of this test."""
    programs = postgres.binaries()
    assert programs is not None
    names = connection.settings_dict
    command = [
        programs / "pg_dump",
        "--host",
        str(names["HOST"] or names["OPTIONS"]["host"]),
        "--username",
        str(names["USER"]),
        str(names["NAME"]),
    ]
    return subprocess.run(command, capture_output=True, check=True).stdout


def files_beside() -> Iterator[Place]:
    """Yield what the test's world has written into its folder besides the database."""
    for file in Path(settings.DATA_DIR).rglob("*"):
        if file.is_file() and ".sqlite3" not in file.name:
            yield file.name, file.read_bytes()
