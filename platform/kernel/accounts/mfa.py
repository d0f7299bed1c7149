"""The second factor is a must for the console."""

import re
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# in every language: /console/ and /ru/console/
CONSOLE = re.compile(r"/(?:[a-z]{2}(?:-[a-z]+)?/)?console/")


def signed_in_with_mfa(request: HttpRequest) -> bool:
    """Return whether this session was opened with a second factor, not merely by someone who owns one."""
    methods = request.session.get("account_authentication_methods", [])
    return any(method.get("method") == "mfa" for method in methods)


class MfaMust:
    """Sends a signed-in person without a second factor to set one up, and keeps them out of the console until then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if CONSOLE.match(request.path_info) and request.user.is_authenticated and not signed_in_with_mfa(request):
            if not is_mfa_enabled(request.user):
                return redirect("mfa_activate_totp")
            # just set up: the session itself still has to show the code once
            return redirect(reverse("mfa_reauthenticate", query={"next": request.path}))
        return self.get_response(request)
