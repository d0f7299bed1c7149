"""What must leave no copy behind: private pages are kept by no cache and no search engine."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers

# the console, the login, and what belongs to one person: a gift made, an offer begun, a private link; in every language
PRIVATE = re.compile(r"/(?:[a-z]{2}(?:-[a-z]+)?/)?(?:(?:console|accounts|thanks|my-[a-z]+)(?:/|$)|offer/.)")


def mark_private(response: HttpResponseBase) -> None:
    """Forbid every cache and every index to keep this answer."""
    if "no-store" not in response.get("Cache-Control", ""):  # the token endpoint says so itself, in the words it must
        add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view whose address alone does not say that it is private."""

    @wraps(view)
    def kept_nowhere(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        mark_private(response)
        return response

    return kept_nowhere
