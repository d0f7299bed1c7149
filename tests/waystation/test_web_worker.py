"""The web server's threads: they stay with whoever asks again at once, and nobody else waits for that."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.architecture.tree import ROOT
from tests.bytecode import compiled

THREADS = 2
APPLICATION = """
import threading

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(threading.get_ident()).encode()]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    (tmp_path / "plain.py").write_text(APPLICATION)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join(map(str, (tmp_path, ROOT, ROOT / "platform")))
    command = [sys.executable, "-m", "gunicorn", "--config", "python:waystation.gunicorn", "--threads", str(THREADS)]
    process = subprocess.Popen(
        [*command, "--bind", f"127.0.0.1:{port}", "plain"], env={**os.environ, **compiled(), "PYTHONPATH": path}
    )
    try:
        until = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(port: int) -> bool:
    with closing(_line(port)) as line:
        try:
            return bool(_ask(line))
        except ConnectionRefusedError:
            return False


def _line(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=10)


def _ask(line: http.client.HTTPConnection) -> bytes:
    line.request("GET", "/")
    return line.getresponse().read()


def test_who_asks_again_at_once_is_answered_by_the_same_thread(server) -> None:
    with closing(_line(server[0])) as line:
        assert len({_ask(line) for _ in range(50)}) == 1


def test_nobody_waits_for_those_who_go_on_asking(server) -> None:
    enough = Event()

    def go_on() -> None:
        with closing(_line(server[0])) as line:
            while not enough.is_set():
                _ask(line)

    others = [Thread(target=go_on) for _ in range(THREADS)]
    for other in others:
        other.start()
    try:
        for _ in range(20):
            with closing(_line(server[0])) as line:
                began = time.monotonic()
                _ask(line)
                assert time.monotonic() - began < 2
    finally:
        enough.set()
        for other in others:
            other.join()


def test_many_connections_that_do_nothing_hold_no_thread(server) -> None:
    idle = [_line(server[0]) for _ in range(5 * THREADS)]
    try:
        for line in idle:
            _ask(line)
        for line in idle:  # each still open, and answered in turn
            assert _ask(line)
    finally:
        for line in idle:
            line.close()


def test_it_ends_when_it_is_told_to_while_somebody_goes_on_asking(server) -> None:
    port, process = server
    with closing(_line(port)) as line:
        _ask(line)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
