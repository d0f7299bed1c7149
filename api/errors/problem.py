"""The shape of an error, and the exception a convention raises."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse

CONTENT_TYPE = "application/problem+json"


class ProblemError(TypedDict):
    """One thing to mend: a stable code, a sentence, and the field or parameter it is about, if it is about one."""

    code: str
    detail: str
    attr: str | None


class Problem(Exception):
    """What a convention of the API raises: a status, a stable snake_case `code`, a sentence, the field it is about.

    `facts` become further members of the answer; `headers` go with it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        attr: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.errors: list[ProblemError] = [{"code": code, "detail": sentence, "attr": attr}]
        self.headers = dict(headers or {})
        self.facts = facts


def type_of(code: str) -> str:
    """Return the URI that names a kind of problem: it ends in the code, with hyphens."""
    return f"urn:waystation:problem:{code.replace('_', '-')}"


def body_of(
    *,
    status: int,
    code: str,
    errors: Sequence[ProblemError],
    instance: str = "",
    request_id: str = "",
    facts: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """Return the members of a problem. A fact never overwrites a member of the standard shape."""
    shape = {
        "type": type_of(code),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": " ".join(dict.fromkeys(error["detail"] for error in errors)),
        "instance": instance,
        "request_id": request_id,
        "errors": list(errors),
    }
    return {**(facts or {}), **shape}


def answer(request: HttpRequest | None, body: Mapping[str, Any], headers: Mapping[str, str]) -> HttpResponse:
    """Return the problem as an answer. ASCII only: an echoed field name may hold what UTF-8 cannot say."""
    response = HttpResponse(json.dumps(body), status=body["status"], content_type=CONTENT_TYPE)
    for name, value in headers.items():
        response[name] = value
    response["Cache-Control"] = "no-store"
    return response


def where(request: HttpRequest | None) -> dict[str, str]:
    """Return the two members that tell one occurrence from another: the path, and the id of the request."""
    return {
        "instance": request.path if request is not None else "",
        "request_id": getattr(request, "request_id", ""),
    }
