"""Deeds in processes of their own that die by SIGKILL: nothing is rolled back or closed there, no `finally` runs.

`with Nursery() as nursery:` loads Django once in another process, which forks a child for each deed. A child dies by
itself before a statement of its own (the same one each time), or is killed from here at any moment.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any, Self

from django.db import connection

from tests.architecture.tree import ROOT

KILLED = -signal.SIGKILL


def database_url() -> str:
    """Where another process finds the test database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return re.sub(r"/[\w-]+(?=\?|$)", f"/{name}", os.environ["DATABASE_URL"], count=1)


class Nursery:
    """Where deeds are begun. `environment` goes to them; leaving the block ends the process that forks them."""

    def __init__(self, **environment: str) -> None:
        surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "waystation.settings.test", **environment}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills"],
            cwd=ROOT,
            env={**surroundings, "DATABASE_URL": database_url()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, one: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()  # its input ends, and so does it

    def do(self, deed: str, *, at_statement: int = 0, after: float | None = None, **words: Any) -> int:
        """Have a child do a deed (`module:function`, called with `words`); return how it ended: 0, or KILLED.

        It dies before its statement number `at_statement` (from 1), or is killed `after` so many seconds; with neither
        it comes to its end. Returns once the database knows that it is gone.
        """
        pid = int(self._say({"deed": deed, "words": words, "at_statement": at_statement}))
        if after is not None:
            time.sleep(after)
            os.kill(pid, signal.SIGKILL)  # it is waited for only now: the number is its own, even if it has ended
        ended = int(self._say("wait"))
        _settle()
        return ended

    def _say(self, order: Any) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


def _settle() -> None:
    """Wait until PostgreSQL has let go of what the dead one had begun; SQLite's locks end with the process."""
    theirs = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(theirs)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.005)


def _dies_before(number: int) -> Callable[..., Any]:
    left = [number]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(sql, params, many, context)

    return execute


def _deed(path: str) -> Callable[..., Any]:
    module, _colon, name = path.partition(":")
    deed: Callable[..., Any] = getattr(import_module(module), name)
    return deed


def _child(deed: Callable[..., Any], words: dict[str, Any], at_statement: int) -> None:
    if at_statement:
        connection.execute_wrappers.append(_dies_before(at_statement))
    deed(**words)


def main() -> None:
    """Fork a child for each order on standard input: say its number, wait for word, say how it ended."""
    import django

    django.setup()
    while line := sys.stdin.readline():
        order = json.loads(line)
        deed = _deed(order["deed"])  # loaded before there are two
        pid = os.fork()
        if pid == 0:
            ended = 1
            try:
                _child(deed, order["words"], order["at_statement"])
                ended = 0
            except BaseException:
                sys.excepthook(*sys.exc_info())
            os._exit(ended)
        print(pid, flush=True)  # noqa: T201 - how it speaks to the tests
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
