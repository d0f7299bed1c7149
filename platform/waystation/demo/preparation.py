"""Bring a world up to date before its programs start, when there is anything to bring."""

import hashlib
import sys
import time
from pathlib import Path

from waystation.demo.logins import Logins
from waystation.demo.processes import Program
from waystation.demo.supervisor import Trouble, sandbox
from waystation.demo.world import ROOT, World, write_private

PACKAGES = ("platform", "donations", "offers", "api")
SQLITE = "sqlite:///"

VERSION_FILE = "world.version"
# raised whenever what an earlier demo has made (its keys, its policy, its people) is no longer what today's code needs
VERSION = 4
LOOKS_BACK = 150  # days that a new sandbox has behind it: gifts that come again have come a few times


def check_made_by_this_version(world: World) -> None:
    """Raise Trouble for a world that another version made: its database may be brought up to date, its keys cannot."""
    if _made_by(world) != str(VERSION):
        raise Trouble(
            f"The world in {world.data_dir} was made by another version of the demo and would only half work: "
            f"choose another folder, as in DATA_DIR={world.data_dir}-{VERSION} make demo, or remove this one."
        )


def _made_by(world: World) -> str:
    """The version that made a world; of one that is not there yet, or was never finished, this one."""
    stamp = world.data_dir / VERSION_FILE
    if stamp.exists():
        return stamp.read_text().strip()
    return "1" if Logins.kept(world) else str(VERSION)  # the first worlds had no stamp


def prepared(world: World) -> Logins:
    """Return the logins of the world, whose database, static files and scenario are up to date from here on.

    Raises Trouble, whose sentence the preparing program has said already.
    """
    check_made_by_this_version(world)
    world.keep()
    write_private(world.data_dir / VERSION_FILE, f"{VERSION}\n")
    (world.data_dir / "mail").mkdir(mode=0o700, exist_ok=True)
    stamp = world.data_dir / ".prepared"
    logins = Logins.kept(world)
    if logins and stamp.exists() and stamp.read_text() == _state(world):
        return logins
    _run([sys.executable, str(ROOT / "manage.py"), "prepare_demo"], _sandbox(world))
    logins = Logins.kept(world)
    if logins is None:
        raise Trouble("The scenario was told, and its logins are nowhere: remove the folder and start again.")
    stamp.write_text(_state(world))
    return logins


def _sandbox(world: World) -> list[Program]:
    """The sandbox at which the scenario begins what comes again, months back: it delivers nothing meanwhile."""
    if not world.has_own_sandbox:
        return []
    logs = world.data_dir / "log"
    logs.mkdir(mode=0o700, exist_ok=True)
    return [Program("sandbox", [*sandbox(world), "--behind", str(LOOKS_BACK)], logs / "sandbox.log")]


def _run(command: list[str], beside: list[Program]) -> None:
    """Run the preparing program to its end, its words shown as they come; it dies with this one, as those beside it."""
    program = Program("preparation", command, log=None)
    try:
        for one in (*beside, program):
            one.start()
        while (status := program.ended()) is None:
            time.sleep(0.05)
    finally:
        for one in (program, *beside):
            one.make_sure(0)
    if status:
        raise Trouble(f"The preparation was ended by signal {-status}." if status < 0 else "")


def _state(world: World) -> str:
    """A digest of all that preparing depends on: the project's files and the database's own.

    A database that is no file here may be emptied unseen, so its world is prepared at every start.
    """
    if not world.database_url.startswith(SQLITE):
        return f"unknown at {time.time()}"
    digest = hashlib.sha256(world.database_url.encode())
    database = Path(world.database_url.removeprefix(SQLITE))
    digest.update(str(database.stat().st_ino if database.exists() else "absent").encode())
    for top in PACKAGES:
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                facts = path.stat()
                digest.update(f"{path}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
