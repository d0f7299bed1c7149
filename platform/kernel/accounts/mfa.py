"""The second factor is a must for the console, and for whatever changes how a login is protected."""

import re
from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from kernel.accounts.lockout.devices import remember_device

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# in every language: /console/ and /ru/console/
LANGUAGE = r"/(?:[a-z]{2}(?:-[a-z]+)?/)?"
CONSOLE = re.compile(f"{LANGUAGE}console/")
# one's own login: the factors, less the pages that show one, and the password
OWN_LOGIN = re.compile(
    f"{LANGUAGE}accounts/(?:password/|2fa/(?!authenticate/|reauthenticate/|webauthn/(?:login|reauthenticate)/))"
)


def has_factor(user_id: int) -> bool:
    """Return whether a person has a second factor; recovery codes alone are none."""
    return bool(Authenticator.objects.filter(user=user_id, type__in=FACTORS).exists())


def signed_in_with_mfa(request: HttpRequest) -> bool:
    """Return whether this session was opened with a second factor that its owner still has.

    A factor taken off since then counts no more; nor does a recovery code once there is no factor to recover.
    """
    used = {
        record.get("id")
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa"
    }
    if not used:
        return False
    held = dict(Authenticator.objects.filter(user=request.user.pk).values_list("pk", "type"))
    return any(pk in held for pk in used) and any(kind in FACTORS for kind in held.values())


class MfaMust:
    """Sends a signed-in person without a second factor in this session to set one up, or to show it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        console, own = CONSOLE.match(request.path_info), OWN_LOGIN.match(request.path_info)
        if (console or own) and request.user.is_authenticated and not signed_in_with_mfa(request):
            held = set(Authenticator.objects.filter(user=request.user.pk).values_list("type", flat=True))
            if held & set(FACTORS):
                # just set up, or taken off: the session has to show one of those there are now
                page = "mfa_reauthenticate" if Authenticator.Type.TOTP in held else "mfa_reauthenticate_webauthn"
                return redirect(reverse(page, query={"next": request.path}))
            if console:
                return redirect("mfa_activate_totp")
        response = self.get_response(request)
        if console and request.user.is_authenticated:
            remember_device(request, response)
        return response
