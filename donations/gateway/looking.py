"""Looking up one object at Stripe, as shortly as it can be done: a question on a connection that stays open.

The SDK and the client below it take four times as long to put a question as http.client does, and the worker asks one
for each event. What is not simply there is left to the SDK, which knows what may be repeated and what an answer means.
"""

import json
import select
import ssl
import weakref
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import socket
from typing import Any, cast
from urllib.parse import urlsplit

import stripe


class Lookup:
    """Looks up objects at `base`, with `headers`.

    It waits `connect` seconds to be let in and `read` seconds for each part of an answer. It is safe among threads, and
    keeps as many connections as were ever needed at once.
    """

    def __init__(self, base: str, headers: Mapping[str, str], *, connect: float, read: float) -> None:
        at = urlsplit(base)
        self._secure, self._host, self._port, self._root = at.scheme == "https", at.hostname or "", at.port, at.path
        self._headers, self._connect, self._read = dict(headers), connect, read
        self._idle: list[HTTPConnection] = []
        weakref.finalize(self, _close, self._idle)

    def find(self, object_id: str, path: str) -> dict[str, Any] | None:
        """Return the object of this id at `path`, or None if it is not simply there, for whatever reason.

        A connection on which anything else came is not used again: it might answer the next question with what belongs
        to this one.
        """
        connection: HTTPConnection | None = None
        try:
            connection = self._free()
            connection.request("GET", self._root + path, headers=self._headers)
            answer = connection.getresponse()
            body = answer.read()
            found = json.loads(body) if answer.status == 200 else None
        except (OSError, HTTPException, ValueError, RecursionError):
            found = None
        if isinstance(found, dict) and found.get("id") == object_id and connection is not None:
            if connection.sock is not None:  # None where Stripe says that it closes the connection
                self._idle.append(connection)
            return found
        if connection is not None:
            connection.close()
        return None

    def close(self) -> None:
        """Let go of all connections."""
        _close(self._idle)

    def _free(self) -> HTTPConnection:
        """Return a connection on which nothing came since its last answer: Stripe ends those that lie idle."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._opened()
            if not _has_news(connection):
                return connection
            connection.close()

    def _opened(self) -> HTTPConnection:
        connection = HTTPConnection(self._host, self._port, timeout=self._connect)
        if self._secure:
            trusted = ssl.create_default_context(cafile=stripe.ca_bundle_path)
            connection = HTTPSConnection(self._host, self._port, timeout=self._connect, context=trusted)
        connection.connect()
        cast("socket", connection.sock).settimeout(self._read)
        return connection


def _has_news(connection: HTTPConnection) -> bool:
    poll = select.poll()
    poll.register(cast("socket", connection.sock), select.POLLIN)
    return bool(poll.poll(0))


def _close(connections: list[HTTPConnection]) -> None:
    while connections:
        connections.pop().close()
