"""What the apps have promised: which function carries out which kind, and what runs every so often."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

Handle = Callable[[str], None]
MAX_ATTEMPTS = 20  # with the waits of the drain: about half a day


@dataclass(frozen=True)
class Handler:
    """A function of the row's object id, and how often it is tried before the row is set aside."""

    function: Handle
    max_attempts: int


@dataclass(frozen=True)
class Repeated:
    """A function without arguments, by its dotted path, run every `minutes`."""

    name: str
    minutes: int
    task: str


HANDLERS: dict[str, Handler] = {}
REPEATED: dict[str, Repeated] = {}
WATCHED: dict[str, float] = {}  # seconds by task


def handles(kind: str, *, max_attempts: int = MAX_ATTEMPTS) -> Callable[[Handle], Handle]:
    """Register the decorated function of one object id for rows of `kind`.

    It runs outside any transaction, may speak to the world, and may run twice for one row: make it idempotent.
    Raise TryAgain or GiveUp to say what to do; any other exception means try again.
    """

    def register(function: Handle) -> Handle:
        if kind in HANDLERS and HANDLERS[kind].function is not function:
            raise ImproperlyConfigured(f"Two functions want to handle the outbox kind {kind}.")
        HANDLERS[kind] = Handler(function, max_attempts)
        return function

    return register


def every(minutes: int, task: str, name: str = "") -> None:
    """Ask that `task` (dotted path of a function without arguments) run every `minutes`. Known by its name."""
    if minutes < 1:
        raise ImproperlyConfigured(f"{task} cannot run more often than every minute.")
    known = Repeated(name or task, minutes, task)
    if REPEATED.setdefault(known.name, known) != known:
        raise ImproperlyConfigured(f"Two repeated tasks are called {known.name}.")


def often(seconds: float, task: str) -> None:
    """Ask that every process of the worker run `task` every so many `seconds`, for what cannot wait for the schedule.

    `task` is the dotted path of a function without arguments. It runs in several processes at a time, beside whatever
    they do: it looks whether there is something to do, which is seldom, and settles under a lock who does it.
    """
    WATCHED[task] = seconds
