"""Attacks on web server and worker as production runs them: what they were sent stands in no log and no answer."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import migrated
from tests.architecture.test_deployment import COMPLETE
from tests.architecture.tree import ROOT
from tests.bytecode import compiled

MARK = b"canary7f3a"
HOST = b"Host: waystation.example\r\nX-Forwarded-Proto: https\r\n"
TELLING = b"X-Forwarded-For: 203.0.113.77\r\nUser-Agent: %b\r\nReferer: https://%b.example/\r\nCookie: a=%b\r\n" % (
    MARK, MARK, MARK,
)  # fmt: skip
BROKEN = {
    "no request line": MARK + b"\r\n\r\n",
    "a bad method": b"GE(T%b / HTTP/1.1\r\n\r\n" % MARK,
    "a bad version": b"GET /%b HTTP/9.%b\r\n\r\n" % (MARK, MARK),
    "a bad header name": b"GET /%b HTTP/1.1\r\n%b bad: x\r\n\r\n" % (MARK, MARK),
    "a header of no kind": b"GET / HTTP/1.1\r\n%b\r\n\r\n" % MARK,
    "a folded header": b"GET / HTTP/1.1\r\n%bA: x\r\n %b\r\n\r\n" % (HOST, MARK),
    "an endless line": b"GET /%b HTTP/1.1\r\n\r\n" % (MARK * 2000),
    "an endless header": b"GET / HTTP/1.1\r\nA: %b\r\n\r\n" % (MARK * 20000),
    "too many headers": b"GET / HTTP/1.1\r\n" + b"".join(b"A%d: %b\r\n" % (n, MARK) for n in range(300)) + b"\r\n",
    "two lengths": b"POST /%b HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: %b\r\n\r\n" % (MARK, MARK),
    "a coding nobody knows": b"POST /%b HTTP/1.1\r\n%bTransfer-Encoding: %b\r\n\r\n" % (MARK, HOST, MARK),
    "a bad chunk": b"POST /accounts/login/ HTTP/1.1\r\n%bTransfer-Encoding: chunked\r\n\r\n%b\r\n" % (HOST, MARK),
    "an expectation": b"POST / HTTP/1.1\r\n%bExpect: %b\r\n\r\n" % (HOST, MARK),
    "two schemes": b"GET /%b HTTP/1.1\r\n%bX-Forwarded-Ssl: off\r\n\r\n" % (MARK, HOST),
    "a proxy line": b"PROXY TCP4 203.0.113.77 %b 1 2\r\n\r\n" % MARK,
    "another host": b"GET /%b HTTP/1.1\r\nHost: %b.example\r\n%b\r\n" % (MARK, MARK, TELLING),
    "a host that is none": b"GET /%b HTTP/1.1\r\nHost: %b/x y\r\n%b\r\n" % (MARK, MARK, TELLING),
    "a page that is not there": b"GET /%b/?%b HTTP/1.1\r\n%b%b\r\n" % (MARK, MARK, HOST, TELLING),
    "bytes in the path": b"GET /%%ff%b/%%00 HTTP/1.1\r\n%b%b\r\n" % (MARK, HOST, TELLING),
    "a page that fails": b"GET /give/?%b HTTP/1.1\r\n%b%b\r\n" % (MARK, HOST, TELLING),
    "an answer that fails": b"GET /api/v1/funds?q=%b HTTP/1.1\r\n%b%b\r\n" % (MARK, HOST, TELLING),
    "a form without its token": b"POST /accounts/login/ HTTP/1.1\r\n%b%b"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 16\r\n\r\nlogin=%b" % (HOST, TELLING, MARK),
    "an event nobody signed": b"POST /stripe/webhook/ HTTP/1.1\r\n%b%bStripe-Signature: %b\r\n"
    b"Content-Length: 10\r\n\r\n%b"
    % (HOST, TELLING, MARK, MARK),
    "a body cut short": b"POST /accounts/login/ HTTP/1.1\r\n%b%bContent-Length: 999\r\n\r\n%b" % (HOST, TELLING, MARK),
}  # fmt: skip


@dataclass
class Running:
    """A program of production: where it listens and what it has said."""

    port: int
    log: Path

    def ask(self, raw: bytes) -> bytes:
        """Send bytes as they are and return all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            found = b""
            try:
                while part := line.recv(65536):
                    found += part
            except ConnectionResetError:  # it would not read all of it
                pass
        return found


def _environment(folder: Path) -> dict[str, str]:
    """Production's environment with an empty database: whatever asks it fails."""
    path = f"{ROOT}:{ROOT / 'platform'}"
    database = {"DATABASE_URL": f"sqlite:///{folder / 'empty.sqlite3'}", "PYTHONPATH": path, "TRUSTED_PROXIES": "1"}
    return {**COMPLETE, **database, **compiled(), "PATH": os.environ["PATH"], "HOME": str(folder)}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The web server, with the configuration that production has."""
    folder = tmp_path_factory.mktemp("web")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "web.log"
    command = [sys.executable, "-m", "gunicorn", "--config", "python:waystation.gunicorn", "--log-level", "debug"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "waystation.wsgi:application"],
            cwd=ROOT, env=_environment(folder), stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    running, deadline = Running(port, log), time.monotonic() + 60
    try:
        while b"200 OK" not in _healthy(running):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


def _healthy(running: Running) -> bytes:
    try:
        return running.ask(b"GET /healthz HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    except ConnectionRefusedError:
        return b""


@pytest.mark.parametrize("name", BROKEN)
def test_it_repeats_nothing_of_what_it_was_sent(server: Running, name: str) -> None:
    answer = server.ask(BROKEN[name])
    assert MARK not in answer
    said = server.log.read_bytes()
    for mark in (MARK, b"203.0.113.77", b"127.0.0.1 ", b"ip="):
        assert mark not in said, name


def test_it_has_said_where_things_failed(server: Running) -> None:
    server.ask(BROKEN["no request line"])
    server.ask(BROKEN["a page that fails"])
    said = server.log.read_text()
    assert "a request could not be read: InvalidRequestLine" in said
    # no manifest of static files: the error page fails as well, below Django
    assert "Error handling request\nValueError" in said
    assert "OperationalError\n  at " in said


WORKER = """
import django
django.setup()
from django_q.models import OrmQ
from django_q.tasks import async_task
from django.utils import timezone
OrmQ.objects.create(key="waystation", payload="canary7f3a", lock=timezone.now())
async_task("kernel.nowhere.canary7f3a")
async_task("json.loads", "canary7f3a")
async_task("os._exit", "canary7f3a")
"""


def test_the_worker_repeats_nothing_of_what_fails(tmp_path: Path) -> None:
    environment = _environment(tmp_path)
    migrated.lay_file(tmp_path / "empty.sqlite3")
    subprocess.run([sys.executable, "-c", WORKER], cwd=ROOT, env=environment, check=True, capture_output=True)
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"],
            cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    try:
        while log.read_bytes().count(b"django-q") < 3:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
    finally:
        process.terminate()
        process.wait(timeout=30)
    said = log.read_bytes()
    assert b"[withheld] said at django_q/" in said
    assert MARK not in said
