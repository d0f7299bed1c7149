"""How often something may be done, and where somebody stands."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

_UNITS = (("s", "sec", "second"), 1), (("m", "min", "minute"), 60), (("h", "hour"), 3600), (("d", "day"), 86400)
_SECONDS = {word: seconds for words, seconds in _UNITS for word in words}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands: how many of `quota` tries are left, and the seconds until it is full again."""

    allowed: bool
    quota: int
    window: int
    left: int
    reset: int


@dataclass(frozen=True, slots=True)
class Rate:
    """So many tries (`quota`) in a window of seconds, a day at most. Windows begin for everybody at once."""

    quota: int
    window: int

    @classmethod
    def of(cls, words: str, name: str = "A rate") -> "Rate":
        """Read a rate such as `600/min`. Raises ImproperlyConfigured, which says `name`, for another spelling."""
        count, _, unit = words.partition("/")
        if not (count.isascii() and count.isdigit()) or int(count) < 1 or unit not in _SECONDS:
            raise ImproperlyConfigured(f"{name} is a number and a unit, such as 600/min, not {words!r}.")
        return cls(int(count), _SECONDS[unit])

    def window_at(self, now: float) -> tuple[int, int]:
        """Return the number of the window that `now` (Unix seconds) lies in, and the seconds that are left of it."""
        return int(now // self.window), self.window - int(now % self.window)

    def standing(self, used: int, reset: int) -> Standing:
        """Return where a caller stands after `used` tries in this window, which ends in `reset` seconds."""
        return Standing(used <= self.quota, self.quota, self.window, max(0, self.quota - used), reset)
