"""Telling visitors apart for a day without knowing who they are: what limits count by."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

LETTERS = 32


def visitor_word(request: HttpRequest, purpose: str) -> str:
    """Return a word for the address a request came from: keyed, of today, of this purpose, never to be turned back.

    Behind `TRUSTED_PROXIES` proxies the address is the one that the outermost of them saw; what stands further left in
    X-Forwarded-For was written by the visitor. A shorter header than that is not believed at all.
    """
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        address = hops[-settings.TRUSTED_PROXIES]
    return salted_hmac(f"{purpose} {datetime.now(UTC):%Y-%m-%d}", address, algorithm="sha256").hexdigest()[:LETTERS]
