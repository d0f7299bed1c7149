"""The key at hand, as a view asks for it, and the cookie that goes with it.

The cookie's path is "/": pages carry their language in front of /console/, and only that path may have the `__Host-`
name, which no neighbouring site can set. It is never sent from another site, and no script sees it.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from nacl.public import PrivateKey

from kernel.accounts.models import Member
from kernel.disclosure.models import Unlock
from kernel.disclosure.standing import key_in_force
from kernel.disclosure.unlocking.deeds import LASTS, open_held, session_word
from kernel.states import Refusal
from kernel.vault.boxes import BrokenSeal

LOCKED = "locked"


def _cookie(request: HttpRequest) -> bytes | None:
    try:
        return base64.b64decode(request.COOKIES[settings.VAULT_COOKIE_NAME], altchars=b"-_", validate=True)
    except (KeyError, binascii.Error, ValueError):
        return None


def _held(request: HttpRequest) -> tuple[Unlock, bytes] | None:
    """Return the unlock of this session and the key in it, if cookie, row, session and member all agree, now."""
    cookie, session_key = _cookie(request), request.session.session_key
    user: Any = request.user
    member: Member | None = getattr(user, "member", None)
    if cookie is None or session_key is None or member is None:
        return None
    mine = Unlock.objects.select_related("member").filter(member=member, session=session_word(session_key))
    row = mine.filter(expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    try:
        return row, open_held(row, cookie=cookie, session_key=session_key)
    except BrokenSeal:
        return None


def unlocked_key(request: HttpRequest) -> bytes:
    """Return the signed-in member's own private key (32 bytes), while it is unlocked in this session.

    Writes nothing. Raises Refusal `locked`, or what `key_in_force` raises for somebody whose key is not in force.
    Answer `locked` with `unlock_first`.
    """
    held = _held(request)
    if held is None:
        raise _locked()
    row, private_key = held
    if bytes(PrivateKey(private_key).public_key) != bytes(key_in_force(row.member).public_key):
        raise _locked()
    return private_key


def _locked() -> Refusal:
    return Refusal(LOCKED, _("Your key is locked: type your six words first."))


def unlocked_until(request: HttpRequest) -> datetime | None:
    """Return the moment at which the key in this session locks by itself, or None if it is locked."""
    held = _held(request)
    return held[0].expires_at if held else None


def unlock_first(then: str) -> HttpResponse:
    """Lead to the page that unlocks, and from there on to `then`, a path of the console that answers a GET."""
    return redirect(reverse("vault_unlock", query={"next": then}))


def give_cookie(response: HttpResponse, cookie: bytes) -> None:
    """Put an unlock's cookie into the browser, for as long as the unlock lasts."""
    response.set_cookie(
        settings.VAULT_COOKIE_NAME,
        base64.urlsafe_b64encode(cookie).decode(),
        max_age=LASTS,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def take_cookie(response: HttpResponse) -> None:
    """Have the browser forget it."""
    response.delete_cookie(settings.VAULT_COOKIE_NAME, path="/", samesite="Strict")
