"""The chaos switch: what a network and a provider may do, done on purpose, at rates between 0 and 1.

To deliveries, each looked at once before it is sent first:
- `duplicate`: sent `copies` times (3 unless said)
- `drop`: never sent; only a sweep finds the event
- `delay`: up to so many seconds later
- `reorder`: 1 for any order
- `forge`: a made-up event beside it, signed with a secret that is nobody's
- `stale`: one more copy, signed rightly, but ten minutes ago or in ten minutes

To answers of the API:
- `busy`: 429, nothing done · `fault`: 500, nothing done · `lost`: done, and the connection closed without an answer
"""

import random
import threading
from dataclasses import asdict, dataclass, fields

from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Store

_KEPT_AS = "chaos"
_MOST = {"copies": 100.0, "delay": 86400.0, "seed": 1e9}


@dataclass(frozen=True, slots=True)
class Rates:
    """How much of what; all 0 is calm. `seed` makes the choices the same each time they come in the same order."""

    duplicate: float = 0.0
    copies: float = 3.0
    drop: float = 0.0
    delay: float = 0.0
    reorder: float = 0.0
    forge: float = 0.0
    stale: float = 0.0
    busy: float = 0.0
    fault: float = 0.0
    lost: float = 0.0
    seed: float = 0.0

    @property
    def stirs(self) -> bool:
        """Say whether deliveries are touched."""
        return any((self.duplicate, self.drop, self.delay, self.reorder, self.forge, self.stale))


class AnswerLostError(Exception):
    """The deed is done and kept; whoever asked for it shall not hear of it."""


class Chaos:
    """The rates of one sandbox, kept across restarts, and the dice."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, threading.Lock()
        with store.read() as tx:
            self.rates = Rates(**tx.private(_KEPT_AS))
        self._dice = random.Random(self.rates.seed)  # noqa: S311 - dice, no secrets

    def switch(self, sent: Json) -> Json:
        """Set the rates to what is sent, the rest to calm. Raises ApiError for what is no rate."""
        known = {field.name for field in fields(Rates)}
        rates: dict[str, float] = {}
        for name, value in sent.items():
            if name not in known:
                raise ApiError(f"Chaos has no `{name}`: it has {', '.join(sorted(known))}.", param=name)
            rates[name] = _number(name, value)
        with self._lock, self._store.write() as tx:
            tx.keep_private(_KEPT_AS, rates)
            self.rates = Rates(**rates)
            self._dice = random.Random(self.rates.seed)  # noqa: S311 - dice, no secrets
        return self.told()

    def told(self) -> Json:
        """Return the rates."""
        return asdict(self.rates)

    def chance(self, rate: float) -> bool:
        """Throw the dice."""
        with self._lock:
            return bool(rate) and self._dice.random() < rate

    def up_to(self, most: float) -> float:
        """Return something between 0 and `most`."""
        with self._lock:
            return self._dice.uniform(0, most)

    def refuse_now(self) -> None:
        """Raise ApiError if this request is to be refused before anything is done."""
        if self.chance(self.rates.busy):
            message = "Too many requests hit the API too quickly. We recommend an exponential backoff of your requests."
            raise ApiError(message, status=429, code="rate_limit", early=True)
        if self.chance(self.rates.fault):
            raise ApiError("An unknown error occurred.", status=500, kind="api_error", early=True)

    def lose_answer(self) -> None:
        """Raise AnswerLostError if nobody is to hear of what was done."""
        if self.chance(self.rates.lost):
            raise AnswerLostError


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number <= _MOST.get(name, 1.0):
        raise ApiError(f"`{name}` is a number from 0 to {_MOST.get(name, 1.0):g}.", param=name)
    return number
