"""A private, throw-away PostgreSQL for tests: socket only, nothing kept, gone when its owner is.

`python -m tests.postgres` starts a shared one (or finds it running), makes a fresh database name and prints its
DATABASE_URL; `python -m tests.postgres stop` ends it. `with throw_away() as url:` starts one for a block.
Safe against nothing: `fsync` is off and whoever may open the socket is trusted.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SHARED = Path("/tmp") / f"waystation-postgresql-{os.getuid()}"  # noqa: S108  a socket path may have 107 bytes at most
SERVER_OPTIONS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c listen_addresses="
)
ROLE = "waystation"
APPLICATION_ROLE = "waystation_application"  # owns nothing: what a real deployment serves as


class Unavailable(Exception):
    """PostgreSQL cannot be started; the message is the sentence to show."""


def binaries() -> Path | None:
    """The folder of the newest installed PostgreSQL's programs, or None when there is none."""
    versioned = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if versioned:
        return versioned[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _as_owner(*command: str | Path) -> None:
    """Run one of PostgreSQL's programs as a user it accepts: it refuses to run as root."""
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise Unavailable(f"PostgreSQL would not start: {(done.stdout + done.stderr).strip()[-600:]}")


def start(folder: Path) -> None:
    """Make a cluster in `folder` and start it; returns once it answers on the socket there."""
    programs = binaries()
    if programs is None:
        raise Unavailable("PostgreSQL is not installed: `make test` installs it as root.")
    folder.mkdir(mode=0o755, exist_ok=True)
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    if not data.exists():
        _as_owner(
            programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
    _as_owner(
        programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "server.log",
        "-o", f"{SERVER_OPTIONS} -k {folder}", "start",
    )  # fmt: skip
    make_roles(folder)


def make_roles(folder: Path) -> None:
    """Make the two roles where they are missing; no superuser, so that tests meet the rights of a real deployment."""
    programs = binaries()
    assert programs is not None
    for role, rights in ((ROLE, "LOGIN CREATEDB"), (APPLICATION_ROLE, "LOGIN")):
        known = "duplicate_object OR unique_violation"
        statement = f"DO $$ BEGIN CREATE ROLE {role} {rights}; EXCEPTION WHEN {known} THEN NULL; END $$"
        _as_owner(programs / "psql", "-q", "-h", folder, "-U", "postgres", "-d", "postgres", "-c", statement)


def stop(folder: Path) -> None:
    """Stop the cluster in `folder` and delete it."""
    programs = binaries()
    if programs is not None and (folder / "data" / "postmaster.pid").exists():
        _as_owner(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-s", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def running(folder: Path) -> bool:
    """Whether a server answers on the socket in `folder`."""
    programs = binaries()
    if programs is None or not folder.exists():
        return False
    ready = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
    return subprocess.run(ready, check=False).returncode == 0


def url(folder: Path) -> str:
    """A DATABASE_URL with a database name nobody else uses; the test runner creates `test_` + that name."""
    return f"postgresql://{ROLE}@/waystation_{secrets.token_hex(4)}?host={folder}"


@contextlib.contextmanager
def throw_away(place: str = "/tmp") -> Iterator[str]:  # noqa: S108
    """Start a cluster below `place` for the block, give its DATABASE_URL, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="waystation-pg-", dir=place))
    try:
        start(folder)
        yield url(folder)
    finally:
        stop(folder)


def main() -> None:
    """Start or stop the shared cluster from the command line."""
    if sys.argv[1:] == ["stop"]:
        stop(SHARED)
        return
    try:
        if not running(SHARED):
            start(SHARED)
        make_roles(SHARED)
    except Unavailable as error:
        sys.exit(str(error))
    sys.stdout.write(url(SHARED) + "\n")


if __name__ == "__main__":
    main()
