"""Buckets in the process's memory: nothing about who asked is written anywhere."""

import secrets
import time
from functools import lru_cache

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

from api.auth.principal import Principal
from kernel.limits.rates import Rate, Standing
from kernel.limits.salts import today
from kernel.limits.visitors import address_of, hashed


def headers_of(standing: Standing) -> dict[str, str]:
    """Return the fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After for a refusal."""
    fields = {
        "RateLimit-Policy": f'"default";q={standing.quota};w={standing.window}',
        "RateLimit": f'"default";r={standing.left};t={standing.reset}',
    }
    return fields if standing.allowed else {**fields, "Retry-After": str(standing.reset)}


class Bucket:
    """So many requests in a window of seconds, counted per caller."""

    def __init__(self, rate: str) -> None:
        """Read a rate such as `600/min`. Raises ImproperlyConfigured for another spelling."""
        self.rate = Rate.of(rate, "API_RATE")

    @classmethod
    def configured(cls) -> "Bucket":
        """Return the bucket that `API_RATE` asks for."""
        return cls(settings.API_RATE)

    def take(self, caller: str) -> Standing:
        """Count one request of `caller` and return where it stands."""
        number, reset = self.rate.window_at(time.time())
        cache, key = caches["buckets"], f"{caller}:{number}"
        cache.add(key, 0, timeout=self.rate.window + 1)
        try:
            used = cache.incr(key)
        except ValueError:  # culled between the two lines
            used = 1
        return self.rate.standing(used, reset)


@lru_cache(maxsize=1)
def _salt_of_this_process(day: object) -> bytes:
    """Return a salt that lives in this process's memory until the next day's takes its place."""
    return secrets.token_bytes(32)


def caller_of(request: HttpRequest, user: object) -> str:
    """Return the name of a caller's bucket: its client, or a hash of its address under a salt of this day."""
    if isinstance(user, Principal):
        return user.actor
    # these counts are of this process, and so is their salt: a GET writes nothing
    return f"anyone:{hashed('api limits', address_of(request), salt=_salt_of_this_process(today()))}"
