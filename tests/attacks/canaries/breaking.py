"""A view that fails with everything it was sent in its mouth: what a failure of ours would look like."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Break"


class Break:
    """Raises an error that repeats the request, where the request asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if HEADER in request.headers:
            raise RuntimeError(request.get_full_path(), dict(request.headers), request.body)
        return self.get_response(request)
