"""Starting: on loopback, out of production, with one clear sentence when it cannot, and not without its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.donations.gateway.scene import eventually
from tests.sandbox_server import ROOT, SandboxPeer

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}


def _start(tmp_path: Path, *options: str, settings: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "donations.gateway.sandbox", "--state", str(tmp_path / "s.sqlite3"), *options]
    environment = {**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60, check=False)


@pytest.mark.parametrize(
    ("options", "settings", "word"),
    [
        (("--port", "0"), "waystation.settings.production", "production"),
        (("--port", "0", "--webhook-url", "http://192.0.2.1/"), "", "loopback"),
        (("--port", "0", "--webhook-url", "https://127.0.0.1/"), "", "loopback"),
        (("--port", "99999"), "", "99999"),
    ],
)
def test_it_refuses_in_one_sentence(tmp_path: Path, options: tuple[str, ...], settings: str, word: str) -> None:
    """Exit 2, one line, no state written."""
    ended = _start(tmp_path, *options, settings=settings)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert word in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_it_says_that_a_port_is_taken(tmp_path: Path, peer: SandboxPeer) -> None:
    """And names it."""
    ended = _start(tmp_path, "--port", str(peer.port))
    assert (ended.returncode, str(peer.port) in ended.stderr, ended.stderr.count("\n")) == (2, True, 1)


def test_it_listens_on_loopback_alone(peer: SandboxPeer) -> None:
    """Its socket is bound to 127.0.0.1."""
    listening = {
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{peer.port:04X}") and line.split()[3] == "0A"
    }
    assert listening == {f"0100007F:{peer.port:04X}"}


def test_it_keeps_its_state_to_itself(peer: SandboxPeer) -> None:
    """Donors type names on the hosted page: only the owner reads the file."""
    assert peer.state.stat().st_mode & 0o077 == 0


def test_it_imports_no_django() -> None:
    """The sandbox and the packages above it run without."""
    script = "import sys, donations.gateway.sandbox.server; print('django' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=ENVIRONMENT, check=True
    )
    assert ended.stdout.strip() == "False"


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    """A parent that is killed with -9 leaves no sandbox behind."""
    script = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), flush=True)\n"
        "child.wait()\n"
    )
    command = [sys.executable, "-m", "donations.gateway.sandbox", "--port", "0", "--die-with-parent"]
    command += ["--state", str(tmp_path / "s.sqlite3")]
    with subprocess.Popen(
        [sys.executable, "-c", script, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT
    ) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip().rpartition(" ")[2]
        assert "SANDBOX" in requests.get(url, timeout=10).text
        parent.send_signal(signal.SIGKILL)

    def gone() -> bool:
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            return True
        return False

    eventually(gone)
