"""What the apps above know of a purpose and of a record. They register it: this room knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured

from kernel.accounts.models import Member


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sealed records a purpose leads to."""

    record_purpose: str
    record_ids: tuple[str, ...]


class Matter(Protocol):
    """One purpose, as the app that has it answers for it."""

    def check(self, object_id: str, *, requester: Member, at: datetime) -> Wanted:
        """Lock what it is about, in the caller's transaction, and return the records that may be shown for it now.

        Asked anew at every step. Raises Refusal: `unknown_reference` for what the requester may not know of, another
        code for what must not be shown any more.
        """

    def shown(self, object_id: str, *, by: str, at: datetime) -> None:
        """Do what follows from the reading, in its transaction."""

    def facts(self, object_id: str, *, inside: bool) -> Sequence[tuple[Any, Any]]:
        """Return labels and values that tell what this is about; whose it is to the side that keeps the keys alone.

        `inside` says whether the reader is of that side. Changes and locks nothing.
        """


@dataclass(frozen=True, slots=True)
class Rendering:
    """How records of one purpose are shown: a template, and what it is given for each record's bytes.

    `title` names it in two words, `what` says in full what will be seen, before it is. `allows` widens the content
    security policy of that one answer, by directive.
    """

    template: str
    words: Callable[[bytes], Any]
    title: Any
    what: Any
    allows: Mapping[str, list[str]] = field(default_factory=dict)


MATTERS: dict[str, Matter] = {}
RENDERINGS: dict[str, Rendering] = {}


def register_matter(purpose: str, matter: Matter) -> None:
    """Say who answers for a purpose. Twice the same changes nothing."""
    if MATTERS.setdefault(purpose, matter) is not matter:
        raise ImproperlyConfigured(f"Two want to answer for the purpose {purpose}.")


def register_rendering(record_purpose: str, rendering: Rendering) -> None:
    """Say how records of that purpose are shown. Twice the same changes nothing."""
    if RENDERINGS.setdefault(record_purpose, rendering) != rendering:
        raise ImproperlyConfigured(f"Two want to show records of {record_purpose}.")
