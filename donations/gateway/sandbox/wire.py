"""Requests and responses, and the bracketed form encoding that Stripe's API takes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from donations.gateway.sandbox.errors import ApiError

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are lower case; `target` is path and query as sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    def query(self) -> dict[str, Any]:
        """Return the query, nested."""
        return nested(urlsplit(self.target).query)

    def form(self) -> dict[str, Any]:
        """Return the body of a form, nested; a file in it is text of its bytes. Raises ApiError if it is no form."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _parts(kind, self.body)
        try:
            return nested(self.body.decode())
        except UnicodeDecodeError as error:
            raise ApiError("The request body is not UTF-8.", early=True) from error


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; the server adds the length."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def _parts(kind: str, body: bytes) -> dict[str, Any]:
    """Read multipart/form-data without nesting; bytes become letters one to one."""
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode("latin-1") + body)
    found: dict[str, Any] = {}
    for part in whole.get_payload() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        content = part.get_payload(decode=True) if isinstance(part, Message) else None
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise ApiError("The request body is no form.", early=True)
        found[name] = content.decode("latin-1")
    return found


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return `body` as JSON."""
    return Response(status, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})


def see_other(url: str) -> Response:
    """Send a browser on after a form."""
    return Response(303, b"", {"Location": url})


def nested(encoded: str) -> dict[str, Any]:
    """Read `a[b][0]=c` as `{"a": {"b": {"0": "c"}}}`; what is a list is known by the parameter's type, not here."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        found = _KEY.match(key)
        parts = [found[1], *_PART.findall(found[2])] if found else [key]
        if len(parts) > _DEEPEST:
            raise ApiError("The parameters are nested too deeply.", early=True)
        _plant(tree, parts, value, key)
    return tree


def _plant(tree: dict[str, Any], parts: list[str], value: str, key: str) -> None:
    for part in parts[:-1]:
        branch = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(branch, dict):
            raise ApiError(f"Invalid parameter: {key} is given twice in different shapes.", param=key, early=True)
        tree = branch
    tree[parts[-1] or str(len(tree))] = value
