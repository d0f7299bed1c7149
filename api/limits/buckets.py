"""Buckets in the process's memory: nothing about who asked is written anywhere."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from api.auth.principal import Principal
from kernel.accounts.visitor import visitor_word

_UNITS = (("s", "sec", "second"), 1), (("m", "min", "minute"), 60), (("h", "hour"), 3600), (("d", "day"), 86400)
_SECONDS = {word: seconds for words, seconds in _UNITS for word in words}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands: how many of `quota` requests are left, and the seconds until it is full again."""

    allowed: bool
    quota: int
    window: int
    left: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers, and Retry-After for a refusal."""
        fields = {
            "RateLimit-Policy": f'"default";q={self.quota};w={self.window}',
            "RateLimit": f'"default";r={self.left};t={self.reset}',
        }
        return fields if self.allowed else {**fields, "Retry-After": str(self.reset)}


class Bucket:
    """So many requests in a window of seconds, counted per caller."""

    def __init__(self, rate: str) -> None:
        """Read a rate such as `600/min`. Raises ImproperlyConfigured for another spelling."""
        count, _, unit = rate.partition("/")
        if not count.isdigit() or int(count) < 1 or unit not in _SECONDS:
            raise ImproperlyConfigured(f"API_RATE is a number and a unit, such as 600/min, not {rate!r}.")
        self.quota, self.window = int(count), _SECONDS[unit]

    @classmethod
    def configured(cls) -> "Bucket":
        """Return the bucket that `API_RATE` asks for."""
        return cls(settings.API_RATE)

    def take(self, caller: str) -> Standing:
        """Count one request of `caller` and return where it stands."""
        now = time.time()
        number, reset = int(now // self.window), self.window - int(now % self.window)
        cache, key = caches["buckets"], f"{caller}:{number}"
        cache.add(key, 0, timeout=self.window + 1)
        try:
            used = cache.incr(key)
        except ValueError:  # culled between the two lines
            used = 1
        return Standing(used <= self.quota, self.quota, self.window, max(0, self.quota - used), reset)


def caller_of(request: HttpRequest, user: object) -> str:
    """Return the name of a caller's bucket: its client, or a keyed hash of its address that changes daily."""
    if isinstance(user, Principal):
        return user.actor
    return f"anyone:{visitor_word(request, 'api limits')}"
