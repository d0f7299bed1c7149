"""Error pages: in the design, in the visitor's language, with no data of the request in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return render(request, "shell/errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return render(request, "shell/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, the same whether a thing never existed or is somebody else's."""
    return render(request, "shell/errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 to whoever tries to sign in too often."""
    return render(request, "shell/errors/429.html", status=429)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return render(request, "shell/errors/500.html", status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that came without its token: too old, or sent from another site."""
    return render(request, "shell/errors/csrf.html", status=403)
