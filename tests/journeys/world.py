"""The demo as the journeys' server: started on free ports in a world of its own, or one that runs already."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bytecode import compiled

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 150  # seconds for a first start on a busy machine
TRUSTED = ["needs", "providers"]


@dataclass(frozen=True)
class Demo:
    """A running demo: where it is, who may sign in, and whose programs may call."""

    base_url: str
    sandbox_url: str
    data_dir: Path
    organisations: list[dict[str, Any]]
    users: list[dict[str, Any]]

    @classmethod
    def announced(cls, announcement: Path) -> "Demo":
        """Read a `demo.json`."""
        return cls(data_dir=announcement.parent, **json.loads(announcement.read_text()))

    def organisation(self, which: str = "operator") -> dict[str, Any]:
        """The operator; the partner trusted for everything ("trusted"); or the one trusted for nothing ("new")."""
        fits = {
            "operator": lambda o: o["role"] == "operator",
            "trusted": lambda o: o["role"] == "partner" and o["trusted"] == TRUSTED,
            "new": lambda o: o["role"] == "partner" and not o["trusted"] and "needs:write" in o["scopes"],
        }[which]
        return next(o for o in self.organisations if fits(o))

    def user(self, role: str, organisation: str = "operator", *, nth: int = 0) -> dict[str, Any]:
        """The first login with that role at that organisation, or a later one."""
        home = self.organisation(organisation)["id"]
        return [u for u in self.users if u["role"] == role and u["organisation"] == home][nth]

    @property
    def by_name(self) -> str:
        """The demo's address with a name in place of a number: passkeys belong to names."""
        return self.base_url.replace("127.0.0.1", "localhost")

    def mails(self) -> list[Path]:
        """The mails sent so far, oldest first."""
        return sorted((self.data_dir / "mail").glob("*.eml"))


def _free_ports() -> tuple[int, int]:
    """Two ports that nobody listens on."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


@contextlib.contextmanager
def started(data_dir: Path) -> Iterator[Demo]:
    """Start the demo as a person would, end it with SIGTERM; none of its processes is left."""
    port, sandbox_port = _free_ports()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", str(data_dir)),
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        **compiled(),
    }
    words = data_dir / "log" / "demo.log"
    words.parent.mkdir(mode=0o700)
    with words.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + UP_WITHIN
        announcement = data_dir / "demo.json"
        while not announcement.exists():
            assert process.poll() is None, words.read_text()
            assert time.monotonic() < deadline, words.read_text()
            time.sleep(0.1)
        yield Demo.announced(announcement)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
