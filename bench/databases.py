"""A database for one measurement: it did not exist before, and does not afterwards."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from tests import postgres


@contextlib.contextmanager
def fresh(vendor: str) -> Iterator[str]:
    """Give the DATABASE_URL of an empty SQLite file, or of an empty database of a PostgreSQL of its own."""
    if vendor == "sqlite":
        with tempfile.TemporaryDirectory(prefix="waystation-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        return
    with postgres.throw_away() as url:
        parts = urlsplit(url)
        with psycopg.connect(url.replace(parts.path, "/postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{parts.path.lstrip("/")}"')
        yield url


def analysed() -> None:
    """Let the database look at what was loaded, as it does by itself within minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
