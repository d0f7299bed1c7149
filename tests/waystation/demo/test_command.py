"""What is in the way of a demo is said in one sentence."""

import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bytecode import compiled

ROOT = Path(__file__).resolve().parents[3]


def _refused(data_dir: Path, port: int) -> str:
    """Start a demo that cannot start; return the sentence it says."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PORT": str(port), **compiled()}
    done = subprocess.run(
        [sys.executable, "manage.py", "demo"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    return sentence


@pytest.mark.parametrize("offset", [0, -1])
def test_it_says_which_port_is_taken_and_what_to_do(tmp_path: Path, offset: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = _refused(tmp_path, port + offset)
    assert sentence.startswith(f"Port {port} is taken: ")
    assert not (tmp_path / "waystation.sqlite3").exists()


def test_it_says_which_folder_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    assert "cannot be written to" in _refused(tmp_path / "a-file" / "world", 8000)


@pytest.mark.parametrize("stamp", [None, "1\n", "99\n"])
def test_it_does_not_half_run_a_world_of_another_version(tmp_path: Path, stamp: str | None) -> None:
    world = tmp_path / "old"
    (world / "keys").mkdir(parents=True)
    (world / "keys" / "logins.json").write_text('{"organisations": [], "users": []}')
    if stamp:
        (world / "world.version").write_text(stamp)
    sentence = _refused(world, 8000 + os.getpid() % 1000)
    assert "made by another version" in sentence
    assert f"DATA_DIR={world}-" in sentence
    assert not (world / "waystation.sqlite3").exists()
    assert not (world / "demo.env").exists()


def test_it_leaves_a_demo_that_runs_in_the_same_folder_alone(tmp_path: Path) -> None:
    announcement = tmp_path / "demo.json"
    announcement.write_text("{}")
    with (tmp_path / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert _refused(tmp_path, 8000).startswith("Another demo is running in ")
    assert announcement.exists()
