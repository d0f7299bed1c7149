"""What went wrong, told in the one shape: the handler of every API view."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.core.signals import got_request_exception
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from drf_standardized_errors.formatter import flatten_errors
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from api.errors.problem import Problem, ProblemError, answer, body_of, where
from api.errors.statuses import status_of
from kernel.outbox.failures import log_failure
from kernel.states import Refusal

logger = logging.getLogger("api")
NOT_FOUND = "There is nothing here, or it is not yours."


def handle(exc: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """Answer an exception of a view as problem+json. Whatever the view had begun to write is undone."""
    set_rollback()
    request = context["request"]._request if context.get("request") is not None else None
    problem = as_problem(exc)
    if problem is None:
        problem = Problem(500, "server_error", "Something failed on our side. Tell us the request id.")
        report(exc, request)
    return answer_problem(request, problem)


def answer_problem(request: HttpRequest | None, problem: Problem) -> HttpResponse:
    """Return the answer of a Problem."""
    return answer(request, problem_body(problem, request), problem.headers)


def problem_body(problem: Problem, request: HttpRequest | None) -> dict[str, Any]:
    """Return the members of a Problem met by a request."""
    return body_of(
        status=problem.status, code=problem.code, errors=problem.errors, facts=problem.facts, **where(request)
    )


def as_problem(exc: Exception) -> Problem | None:
    """Return the Problem that tells of an exception, or None for one that is our own fault."""
    match exc:
        case Problem():
            return exc
        case Refusal():
            return refused(exc)
        case exceptions.ValidationError():
            return _several(flatten_errors(exc.detail))
        case ModelValidationError():
            return _several(flatten_errors(get_error_detail(exc)))
        case Http404() | exceptions.NotFound():
            return Problem(404, "not_found", NOT_FOUND)
        case PermissionDenied():
            return Problem(403, "permission_denied", "This is not for you to do.")
        case RequestDataTooBig():
            return Problem(413, "too_large", "The body is larger than what is taken here.")
        case SuspiciousOperation():
            return Problem(400, "bad_request", "The request could not be read.")
        case IntegrityError():
            log_failure(logger, "a constraint was met and this request", exc)
            return Problem(409, "conflict", "Someone else changed this first. Read it again.")
        case OperationalError() | InterfaceError():
            return Problem(
                503, "unavailable", "The database is busy. Send the request again.", headers={"Retry-After": "1"}
            )
        case exceptions.APIException():
            return _of_framework(exc)
    return None


def refused(refusal: Refusal) -> Problem:
    """Return the Problem that tells of a refusal: code, sentence, field, and its facts as further members."""
    wait = refusal.facts.get("retry_after")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    problem = Problem(status_of(refusal), refusal.code, str(refusal.sentence), refusal.field or None, headers=headers)
    problem.facts = dict(refusal.facts)
    return problem


def report(exc: Exception, request: HttpRequest | None) -> None:
    """Log where it failed, by request id. The exception's own words stay out: they may quote what a person wrote."""
    log_failure(logger, f"request {getattr(request, 'request_id', 'without an id')}", exc)
    got_request_exception.send(sender=None, request=request)


def _several(found: Any) -> Problem:
    errors: list[ProblemError] = [
        {"code": error.code, "detail": error.detail, "attr": _attr(error.attr)} for error in found
    ]
    codes = {error["code"] for error in errors}
    problem = Problem(400, codes.pop() if len(codes) == 1 else "invalid", "")
    problem.errors = errors
    return problem


def _attr(name: str | None) -> str | None:
    """Return the field, with dots into nested ones; None for a body as a whole."""
    return (name or "").removesuffix(api_settings.NON_FIELD_ERRORS_KEY).removesuffix(".") or None


def _of_framework(exc: exceptions.APIException) -> Problem:
    codes = exc.get_codes()
    code = codes if isinstance(codes, str) else exc.default_code
    status, headers = int(exc.status_code), {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(challenge)
    if status >= 500:
        return Problem(status, "server_error", "Something failed on our side. Tell us the request id.")
    words = {"parse_error": "malformed", "unsupported_media_type": "unsupported_media_type"}
    return Problem(status, words.get(code, code), str(exc.detail), headers=headers)
