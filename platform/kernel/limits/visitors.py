"""Telling visitors apart for a day without knowing who they are: what limits count by."""

import hmac
import ipaddress
from hashlib import sha256

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kernel.limits.models import LETTERS
from kernel.limits.salts import salt_of, today


def address_of(request: HttpRequest) -> str:
    """Return the address a request came from. It goes into a hash and nowhere else.

    Of an IPv6 address the first half: one household has the other half to itself, 2^64 addresses of it.
    Behind `TRUSTED_PROXIES` proxies it is the one that the outermost of them saw; what stands further left in
    X-Forwarded-For was written by the visitor. A shorter header than that is not believed at all.
    """
    hops: list[str] = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    if 0 < settings.TRUSTED_PROXIES <= len(hops):
        return _of_one_household(hops[-settings.TRUSTED_PROXIES])
    return _of_one_household(str(request.META.get("REMOTE_ADDR", "")))


def _of_one_household(address: str) -> str:
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if read.version == 4:
        return str(read)
    return str(read.ipv4_mapped or ipaddress.ip_network((read, 64), strict=False))


def hashed(*parts: str, salt: bytes) -> str:
    """Return a word for `parts` under a salt. Neither the salt alone nor SECRET_KEY alone can find it again."""
    key = salted_hmac("kernel.limits", salt, algorithm="sha256").digest()
    told_apart = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.new(key, told_apart, sha256).hexdigest()[:LETTERS]


def visitor_word(request: HttpRequest, purpose: str) -> str:
    """Return a word for the visitor behind a request: of this purpose, of today, never to be turned back.

    The first call of a day writes a salt: not for a GET.
    """
    return hashed(purpose, "visitor", address_of(request), salt=salt_of(today()))
