"""What must leave no copy behind: private pages are kept by no cache and no search engine."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date

# the console, the login, and what belongs to one person: a gift made, an offer begun, a private link; in every language
PRIVATE = re.compile(r"/(?:[a-z]{2}(?:-[a-z]+)?/)?(?:(?:console|accounts|thanks|my-[a-z]+)(?:/|$)|offer/.)")

# what Django composes for an answer that says nothing of caches yet: most of them, and all that machines get
NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


def mark_private(response: HttpResponseBase) -> None:
    """Forbid every cache and every index to keep this answer."""
    said = response.get("Cache-Control", "")
    if not said and "Expires" not in response:
        response["Expires"], response["Cache-Control"] = http_date(), NEVER
    elif "no-store" not in said:  # the token endpoint says so itself, in the words it must
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
