"""What fails before or outside a view of the API still answers in the API's one shape."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from api.errors.handler import NOT_FOUND, answer_problem
from api.errors.problem import CONTENT_TYPE, Problem

_PATHS = ("/api/", "/oauth/", "/hsds/")
_WORDS = {
    400: ("bad_request", "The request could not be read."),
    403: ("permission_denied", "This is not for you to do."),
    404: ("not_found", NOT_FOUND),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("too_large", "The body is larger than what is taken here."),
    500: ("server_error", "Something failed on our side. Tell us the request id."),
}


class ApiProblems:
    """Turns Django's HTML error pages into problem+json under the API's addresses. JSON errors pass as they are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code not in _WORDS or not request.path_info.startswith(_PATHS):
            return response
        if response.headers.get("Content-Type", "").split(";")[0] in (CONTENT_TYPE, "application/json"):
            return response
        code, sentence = _WORDS[response.status_code]
        told = answer_problem(request, Problem(response.status_code, code, sentence))
        for name, value in response.items():  # what others have put there stays: Allow, Request-Id, policies
            if name not in ("Content-Type", "Content-Length", "Content-Encoding", "Cache-Control"):
                told[name] = value
        return told
