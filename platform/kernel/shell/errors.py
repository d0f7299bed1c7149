"""Error pages: in the design, in the visitor's language, with no data of the request in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kernel.accounts.mfa import CONSOLE


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # by the address alone: who it was is not asked once something has failed
    at_console = CONSOLE.match(request.path_info) is not None
    return render(request, template, {"failed": True, "at_console": at_console}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _page(request, "shell/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return _page(request, "shell/errors/403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, the same whether a thing never existed or is somebody else's."""
    return _page(request, "shell/errors/404.html", 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 to whoever tries to sign in too often."""
    return _page(request, "shell/errors/429.html", 429)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return _page(request, "shell/errors/500.html", 500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that came without its token: too old, or sent from another site."""
    return _page(request, "shell/errors/csrf.html", 403)
