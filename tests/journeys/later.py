"""The demo as it will be some days from now: the same world and the same pages, served by a clock that is ahead."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

from tests.journeys.world import ROOT, Demo

UP_WITHIN = 60  # seconds


class Quiet(WSGIRequestHandler):
    """Says nothing of whom it serves."""

    def log_message(self, *_args: object) -> None:
        """Keep it."""


def serve(port: int, days: int) -> None:
    """Serve the pages of the world in the environment, `days` ahead, until somebody ends it."""
    import time_machine

    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=True):
        from waystation.wsgi import application

        make_server("127.0.0.1", port, application, handler_class=Quiet).serve_forever()


@contextlib.contextmanager
def days_later(demo: Demo, days: int) -> Iterator[str]:
    """Serve the demo's world `days` ahead beside the demo, and yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f'set -a; . "{demo.data_dir}/demo.env"; exec "{sys.executable}" -m tests.journeys.later {port} {days}'
    process = subprocess.Popen(["/bin/bash", "-c", command], cwd=ROOT)
    try:
        deadline = time.monotonic() + UP_WITHIN
        while True:
            assert process.poll() is None, "the later server did not come up"
            assert time.monotonic() < deadline, "the later server takes too long"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
