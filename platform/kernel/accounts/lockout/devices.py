"""Known devices: a browser in which a person has signed in with both factors is counted apart from strangers.

The cookie says which person and a random word, signed; it opens nothing. It is set in the console alone.
"""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "kernel.accounts.known-device"
KNOWN_FOR = 90 * 24 * 3600  # seconds


def device_of(request: HttpRequest, user_id: int | None) -> str:
    """Return the word of the device if this person has signed in on it before, else ""."""
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    if not cookie or user_id is None:
        return ""
    try:
        said: Any = signing.loads(cookie, salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return ""
    return str(said["device"]) if said["user"] == user_id else ""


def remember_device(request: HttpRequest, response: HttpResponse) -> None:
    """Mark this browser as one of the signed-in person's, unless it is marked already."""
    user_id = request.user.pk
    if device_of(request, user_id):
        return
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({"user": user_id, "device": secrets.token_urlsafe(12)}, salt=SALT),
        max_age=KNOWN_FOR,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
