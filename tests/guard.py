"""The walls around a test: no network but loopback, none at all within a transaction, and no GET that writes."""

import ipaddress
import re
import sys
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

WRITE = re.compile(
    r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE
)
# when a session was last used, and what sign-in throttling remembers are the framework's, and belong to nobody's record
FRAMEWORK_TABLES = {"accounts_session", "shared_cache"}
# looked up before there is a socket, so that none is left behind; the second is a connection that was kept
CALLS = {"socket.getaddrinfo", "http.client.send"}
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class ForeignConnection(RuntimeError):
    """A test tried to reach another machine."""


class CallInTransaction(BaseException):
    """Somebody spoke over the network while a database transaction was open: no `except Exception` may hide it."""


def _in_a_transaction() -> bool:
    """Whether this thread is inside a transaction; the one that a test is wrapped in does not count."""
    return any(not block._from_testcase for block in connections["default"].atomic_blocks)


def _is_loopback(address: Any) -> bool:
    """Whether a socket address stays on this machine: a path, or a loopback host."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse the connection before a single packet leaves."""
    if event in CALLS and _in_a_transaction():
        raise CallInTransaction("nobody asks another machine while holding rows: not within a transaction")
    if event == "socket.connect" and not _is_loopback(arguments[1]):
        raise ForeignConnection(f"tests stay on loopback, and this one wanted {arguments[1]!r}")


def stay_on_loopback() -> None:
    """Install the hook; Python keeps it until the process ends."""
    sys.addaudithook(_watch)


def written_tables(call: Callable[[], Any]) -> tuple[Any, list[str]]:
    """Run `call`; return its result and the tables that its statements wrote to, in order."""
    tables: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        match = WRITE.match(str(sql))
        if match and match[1] not in FRAMEWORK_TABLES:
            tables.append(match[1])
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        return call(), tables


class _GetCannotWrite:
    """Mixed into a test client: a safe method that writes a row fails the test."""

    def request(self, **request: Any) -> Any:
        """Perform the request; AssertionError when a GET, HEAD or OPTIONS wrote."""
        perform: Callable[..., Any] = super().request  # type: ignore[misc]
        if request.get("REQUEST_METHOD", "GET") not in SAFE_METHODS:
            return perform(**request)
        response, tables = written_tables(lambda: perform(**request))
        assert not tables, f"{request.get('REQUEST_METHOD')} {request.get('PATH_INFO')} wrote to {', '.join(tables)}"
        return response


class StrictClient(_GetCannotWrite, Client):
    """Django's test client, in which a GET cannot write."""


class StrictApiClient(_GetCannotWrite, APIClient):
    """DRF's test client, in which a GET cannot write."""
