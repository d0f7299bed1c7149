"""A migrated database, made once and copied for every process that tests: migrating costs more than most tests.

SQLite's lies as a file in a folder of this user's, PostgreSQL's as a database beside the tests' own; both are named
after what they were made from, so that a changed migration makes another one.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
TOPS = ("platform", "donations", "offers", "api")
OURS = re.compile(r"^(?:from|import) ((?:kernel|donations|offers|api)[\w.]*)", re.MULTILINE)


def folder() -> Path:
    """Where copies are made from: per run if the run says so, else one a user."""
    named = os.environ.get("MIGRATED_DATABASES")
    place = Path(named) if named else Path(tempfile.gettempdir()) / f"waystation-migrated-{os.getuid()}"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _sources() -> list[Path]:
    """The migrations, and what of ours they import."""
    migrations = sorted(path for top in TOPS for path in (ROOT / top).rglob("migrations/*.py"))
    modules = {name for path in migrations for name in OURS.findall(path.read_text())}
    tops = [ROOT, ROOT / "platform"]
    files = [
        top / f"{name.replace('.', '/')}{end}" for name in modules for top in tops for end in (".py", "/__init__.py")
    ]
    return [*migrations, *sorted(path for path in files if path.exists())]


def fingerprint() -> str:
    """Return 16 hex digits that stand for all a migrated database is made from."""
    digest = hashlib.sha256()
    settings = ROOT / "platform" / "waystation" / "settings" / "base.py"
    for path in (ROOT / "requirements-dev.txt", settings, *_sources()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _alone(vendor: str) -> Iterator[None]:
    with (folder() / f"{fingerprint()}-{vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "waystation.settings.test"}
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _file() -> Path:
    return folder() / f"{fingerprint()}.sqlite3"


def lay_file(target: Path) -> None:
    """Lay a copy of SQLite's migrated database at `target`, whatever database the tests are on."""
    with _alone("sqlite"):
        _make_file()
    shutil.copyfile(_file(), target)


def _database() -> str:
    return f"waystation_migrated_{fingerprint()}"


def _make_file() -> None:
    if _file().exists():
        return
    draft = _file().with_suffix(".part")
    draft.unlink(missing_ok=True)
    _migrate(f"sqlite:///{draft}")
    draft.rename(_file())  # the last connection to close it has written its journal back


def _server(connection: BaseDatabaseWrapper) -> "psycopg.Connection[Any]":
    """Connect as the tests do, to the database that every server has."""
    asked = connection.get_connection_params()
    known = {name: asked[name] for name in ("host", "port", "user", "password") if asked.get(name)}
    return psycopg.connect(**known, dbname="postgres", autocommit=True)


def _make_database(connection: BaseDatabaseWrapper) -> None:
    with _server(connection) as server:
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_database()]).fetchone():
            return
        draft = f"{_database()}_part"
        server.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        server.execute(f'CREATE DATABASE "{draft}"')
        _migrate(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{draft}").geturl())
        server.execute(f'ALTER DATABASE "{draft}" RENAME TO "{_database()}"')


def make(connection: BaseDatabaseWrapper) -> None:
    """Make the migrated database of a connection, unless it is there: before any test, since those are timed."""
    with _alone(connection.vendor):
        if connection.vendor == "sqlite":
            _make_file()
        else:
            _make_database(connection)


@contextlib.contextmanager
def laid_out(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the test database of a connection there, migrated, for the block; afterwards it is gone."""
    settings = connection.settings_dict
    name = str(settings["TEST"]["NAME"] or f"test_{settings['NAME']}")
    if connection.vendor == "sqlite":
        lay_file(Path(name))
    else:
        with _alone(connection.vendor), _server(connection) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_database()}"')
    yield
    connection.close()
    if connection.vendor == "sqlite":
        for part in Path(name).parent.glob(f"{Path(name).name}*"):
            part.unlink()
    else:
        with _server(connection) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    make(connections["default"])
