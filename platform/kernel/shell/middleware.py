"""What every answer carries, and what no address may hold."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from csp.utils import build_policy
from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django_permissions_policy import PermissionsPolicyMiddleware

from kernel.ids import new_id
from kernel.shell.private import PRIVATE, mark_private

Answer = Callable[[HttpRequest], HttpResponseBase]


class Headers:
    """Gives every request an id (`request.request_id`, `Request-Id`) and every answer the headers no library sets."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = new_id("req")  # type: ignore[attr-defined]  # read by whoever reports a failure
        response = self.get_response(request)
        response["Request-Id"] = request.request_id  # type: ignore[attr-defined]  # set above
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # what answers a form may repeat it
        if PRIVATE.match(request.path_info) or request.method not in ("GET", "HEAD", "OPTIONS"):
            mark_private(response)
        if request.method == "POST" and getattr(request.resolver_match, "url_name", "") == "account_logout":
            # "back" after signing out on a shared device shows nothing; cookies stay: each ends in its own way
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class Machines:
    """Shortens the way to addresses where only machines knock: MACHINE_URLCONF, whose routes are plain paths.

    No session, language, form, file or person is theirs, and Stripe knocks a thousand times where a person comes once.
    The headers of those it passes by are put together once: nothing in them changes from answer to answer.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        # what breaks is answered with the same headers
        self.answer = cast("Answer", convert_exception_to_response(self._answer))
        patterns = import_module(settings.MACHINE_URLCONF).urlpatterns
        self.views = {f"/{route.pattern}": route.callback for route in patterns}
        self.headers = {
            "Content-Security-Policy": build_policy(),
            "Permissions-Policy": PermissionsPolicyMiddleware(get_response).permissions_policy,
            "X-Frame-Options": "DENY",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in self.views:
            return self.get_response(request)
        response = self.answer(request)
        for name, value in self.headers.items():
            response[name] = value
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        request.get_host()  # raises DisallowedHost, as on the long way
        response: HttpResponseBase = self.views[request.path_info](request)
        return response


class Compress(GZipMiddleware):
    """Compresses public pages. Private ones stay as they are: their size must not tell what is in them."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress HTML that anyone may see; leave API answers (strong ETags) and everything private alone."""
        is_page = response.get("Content-Type", "").startswith("text/html")
        if not is_page or PRIVATE.match(request.path_info):
            return response
        return super().process_response(request, response)


class NoNul:
    """Answers 404 to an address with a NUL byte: SQLite would find nothing, PostgreSQL would fail."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
