"""Answers: one way from plain values to bytes, so that a replay, an ETag and a list all mean the same bytes."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse

from kernel.money import Money


def rfc3339(at: datetime) -> str:
    """Return an aware UTC moment as text: `2026-11-22T18:04:05.000006Z`."""
    return at.isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return value.as_json()
    raise TypeError(f"{type(value).__name__} has no place in an answer.")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain).encode


def to_bytes(data: Any) -> bytes:
    """Return `data` as compact JSON in UTF-8. Moments, days and Money are written as the contract says."""
    return _encode(data).encode("utf-8", "replace")  # a refusal may repeat half a character that UTF-8 cannot say


def etag_of(body: bytes) -> str:
    """Return the strong, quoted ETag of these very bytes: two answers share it only if they are the same."""
    return f'"{base64.b32encode(hashlib.sha256(body).digest()[:20]).decode().lower()}"'


def answer(
    data: Any, *, status: int = 200, etag: bool = False, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return `data` as a JSON answer, with its ETag if it is a single resource."""
    body = to_bytes(data)
    response = HttpResponse(body, status=status, content_type="application/json", headers=headers)
    if etag:
        response["ETag"] = etag_of(body)
    return response


def page_of(lines: Sequence[str], *, next_page: str | None, previous: str | None) -> HttpResponse:
    """Return a page whose rows are JSON already."""
    links = f'"next":{_encode(next_page)},"previous":{_encode(previous)}'
    body = f'{{"results":[{",".join(lines)}],{links}}}'
    return HttpResponse(body.encode(), content_type="application/json")
